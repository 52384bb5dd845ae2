//! The browser's GPU.

use burn::tensor::Device;
use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// Opens the GPU that the browser offers; gives its name as well, where the browser tells it. A second time is an
/// error.
///
/// # Errors
/// The reason why there is none.
pub async fn open() -> Result<(Device, Option<String>), String> {
    run_constructors()?;
    let options = Device::wgpu_options();
    let (device, setup) = options.init_with_setup_async().await.map_err(|error| error.to_string())?;
    let info = setup.adapter.get_info();
    let name = [info.name, info.driver, info.driver_info].into_iter().find(|name| !name.is_empty());
    Ok((device, name))
}

/// Runs the module's constructors, with which the compiler of kernels lists what it knows. Other platforms do so before
/// `main`; see .cargo/config.toml for what the linker does here otherwise.
fn run_constructors() -> Result<(), String> {
    let constructors = Reflect::get(&wasm_bindgen::exports(), &"__wasm_call_ctors".into());
    let constructors = constructors.and_then(|export| export.dyn_into::<Function>());
    let done = constructors.and_then(|constructors| constructors.call0(&JsValue::NULL));
    done.map(drop).map_err(|error| format!("the constructors can't be run: {error:?}"))
}
