//! The kernels on the GPU, in CubeCL.
