#!/usr/bin/env bash
# Compares the kernels with PyTorch's numbers on this machine's GPU, then times them, beside Burn's modules and, where
# python3 has PyTorch with CUDA, beside cuDNN; docs/benchmark.md says how to read what is printed.
#
#   ./run.sh [--workload airline|novel|charlm] [--steps N] [--alone]
#
# Which GPU: VK_DRIVER_FILES, or VK_ICD_FILENAMES as older loaders call it, names the driver's file, as for any program
# that uses Vulkan. It fails where there is no GPU and where a kernel is wrong.
set -uo pipefail

kit=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bench=$kit/unroll-bench
failed=0

# The kit's loader is for machines without one: a machine's own knows best where its drivers are.
if [[ $(PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>&1) != *libvulkan.so.1* ]]; then
  echo "no libvulkan.so.1 here: taking the kit's"
  export LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$kit/lib
fi

echo "── adapter"
if ! "$bench" --adapter; then
  echo "What Vulkan's loader says:"
  VK_LOADER_DEBUG=error,warn,driver "$bench" --adapter
  echo "Files of drivers, of which VK_DRIVER_FILES can name one:"
  find /etc /usr -path '*/vulkan/icd.d/*.json' 2>/dev/null
  exit 1
fi

echo "── kernels"
"$bench" --kernels || failed=1

echo "── times"
lines=$(mktemp)
trap 'rm -f "$lines"' EXIT
"$bench" "$@" | tee "$lines" || failed=1

echo "── times, cuDNN"
if command -v python3 >/dev/null; then
  python3 "$kit/torch_gpu.py" "$@" | tee -a "$lines" || failed=1
else
  echo "skipped: no python3"
fi

echo "── in comparison"
"$bench" --compare <"$lines" || failed=1
exit "$failed"
