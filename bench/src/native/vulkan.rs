//! On the GPU.

use burn::tensor::Device;
use burn::tensor::wgpu::{WgpuBackend, wgpu::DeviceType};
use unroll::train::team::Team;

use crate::workload::Workload;

/// How the lines name this engine.
pub const NAME: &str = "vulkan";

/// The device, and what it is. Vulkan or nothing: where its driver can't be loaded, Burn would try OpenGL, and the
/// figures would be of something else than they say.
///
/// # Errors
/// If there is no GPU.
pub fn open() -> Result<(Device, String), String> {
    let options = Device::wgpu_options().graphics_api(WgpuBackend::Vulkan);
    let (device, setup) = options.init_with_setup().map_err(|error| error.to_string())?;
    let info = setup.adapter.get_info();
    let kind = if info.device_type == DeviceType::Cpu { ", in software: its times are no GPU's" } else { "" };
    let name = format!("{}, driver {} {}, {}{kind}", info.name, info.driver, info.driver_info, info.backend);
    Ok((device, name))
}

/// One GPU has no second one to share a step with.
pub fn team(_: Workload) -> Option<Box<dyn Team>> {
    None
}
