//! The browser's GPU.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use burn::tensor::Device;
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// How long the browser may take to open its GPU, in milliseconds. Some never answer.
const PATIENCE: i32 = 20_000;

/// Opens the GPU that the browser offers; gives its name as well, where the browser tells it. A second time is an
/// error.
///
/// # Errors
/// The reason why there is none.
pub async fn open() -> Result<(Device, Option<String>), String> {
    run_constructors()?;
    let options = Device::wgpu_options();
    let opened = in_time(options.init_with_setup_async()).await;
    let opened = opened.ok_or("the GPU does not answer")?;
    let (device, setup) = opened.map_err(|error| error.to_string())?;
    let info = setup.adapter.get_info();
    let name = [info.name, info.driver, info.driver_info].into_iter().find(|name| !name.is_empty());
    Ok((device, name))
}

/// What comes of a wish, where that comes within [`PATIENCE`].
async fn in_time<T>(wish: impl Future<Output = T>) -> Option<T> {
    let limit = Promise::new(&mut |resolve, _| {
        // Timers are never refused.
        let _ = super::scope().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, PATIENCE);
    });
    let (mut wish, mut limit) = (pin!(wish), pin!(JsFuture::from(limit)));
    poll_fn(|context| match wish.as_mut().poll(context) {
        Poll::Ready(found) => Poll::Ready(Some(found)),
        Poll::Pending => limit.as_mut().poll(context).map(|_| None),
    })
    .await
}

/// Runs the module's constructors, with which the compiler of kernels lists what it knows. Other platforms do so before
/// `main`; see .cargo/config.toml for what the linker does here otherwise.
fn run_constructors() -> Result<(), String> {
    let constructors = Reflect::get(&wasm_bindgen::exports(), &"__wasm_call_ctors".into());
    let constructors = constructors.and_then(|export| export.dyn_into::<Function>());
    let done = constructors.and_then(|constructors| constructors.call0(&JsValue::NULL));
    done.map(drop).map_err(|error| format!("the constructors can't be run: {error:?}"))
}
