//! Figures as PNG, which slides and word processors take: the browser paints a chart's SVG on a canvas.

use js_sys::Promise;
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement};

/// Pixels of the picture for each pixel of a figure: sharp in print and on a projector.
const DENSITY: f64 = 2.0;

/// Paints `svg`, a whole document of `width` × `height` pixels.
///
/// # Errors
/// What the browser says when it can't paint or encode it.
pub async fn png(svg: &str, width: f64, height: f64) -> Result<Blob, JsValue> {
    let canvas: HtmlCanvasElement = document().create_element("canvas")?.unchecked_into();
    canvas.set_width((width * DENSITY) as u32);
    canvas.set_height((height * DENSITY) as u32);
    let context: CanvasRenderingContext2d =
        canvas.get_context("2d")?.ok_or_else(|| JsValue::from_str("no 2d context"))?.unchecked_into();
    context.scale(DENSITY, DENSITY)?;
    let image = HtmlImageElement::new()?;
    image.set_src(&data_address(svg));
    JsFuture::from(image.decode()).await?;
    context.draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width, height)?;
    encode(&canvas).await
}

/// The SVG as an address; unlike a blob's it leaves the canvas readable in every browser.
fn data_address(svg: &str) -> String {
    format!("data:image/svg+xml;charset=utf-8,{}", String::from(js_sys::encode_uri_component(svg)))
}

async fn encode(canvas: &HtmlCanvasElement) -> Result<Blob, JsValue> {
    let encoded = Promise::new(&mut |resolve, reject| {
        let done = Closure::once_into_js(move |blob: Option<Blob>| {
            // Calling the promise's own functions can't fail.
            let _ = match blob {
                Some(blob) => resolve.call1(&JsValue::NULL, &blob),
                None => reject.call1(&JsValue::NULL, &JsValue::from_str("the canvas could not be encoded")),
            };
        });
        // A canvas of foreign images would throw here; this one has none.
        let _ = canvas.to_blob(done.unchecked_ref());
    });
    JsFuture::from(encoded).await.map(JsCast::unchecked_into)
}
