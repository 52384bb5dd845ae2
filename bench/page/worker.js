// Counts the calls to the GPU, then starts the engine that the address names.
const counts = [0, 0];
globalThis.gpuCalls = () => counts;
const count = (type, name, index) => {
  const method = type?.prototype[name];
  if (method) type.prototype[name] = function (...values) { counts[index] += 1; return method.apply(this, values); };
};
count(globalThis.GPUComputePassEncoder, "dispatchWorkgroups", 0);
count(globalThis.GPUComputePassEncoder, "dispatchWorkgroupsIndirect", 0);
count(globalThis.GPUQueue, "submit", 1);

const { default: start } = await import(`./${location.search.slice(1)}/unroll-bench.js`);
await start();
postMessage("ready");
