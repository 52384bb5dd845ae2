//! The figures as one PNG: the browser paints the charts' SVG on a canvas, one under the other.

use js_sys::Promise;
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement};

/// Pixels of the picture for each pixel of a figure: sharp in print and on a projector.
const DENSITY: f64 = 2.0;

/// One figure of the picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// A whole SVG document.
    pub svg: String,
    /// Its height in pixels; all sheets of a picture have the same width.
    pub height: f64,
}

/// Paints `sheets`, all `width` pixels wide, from top to bottom.
///
/// # Errors
/// What the browser says when it can't paint or encode one.
pub async fn png(sheets: &[Sheet], width: f64) -> Result<Blob, JsValue> {
    let canvas: HtmlCanvasElement = document().create_element("canvas")?.unchecked_into();
    canvas.set_width((width * DENSITY) as u32);
    canvas.set_height((sheets.iter().map(|sheet| sheet.height).sum::<f64>() * DENSITY) as u32);
    let context: CanvasRenderingContext2d =
        canvas.get_context("2d")?.ok_or_else(|| JsValue::from_str("no 2d context"))?.unchecked_into();
    context.scale(DENSITY, DENSITY)?;
    let mut top = 0.0;
    for sheet in sheets {
        let image = HtmlImageElement::new()?;
        image.set_src(&data_address(&sheet.svg));
        JsFuture::from(image.decode()).await?;
        context.draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, top, width, sheet.height)?;
        top += sheet.height;
    }
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
