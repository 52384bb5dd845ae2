//! What may come some frames later, so that it does not hold up what the reader looks at; and what may not come at all.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use js_sys::Promise;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// What `now` is, so many frames later and in a task of its own.
pub fn follow_after<T>(frames: u32, now: Memo<T>) -> ReadSignal<T>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let (later, set_later) = signal(now.get_untracked());
    Effect::new(move |_| {
        let value = now.get();
        after(frames, move || {
            // Whoever wanted to know may have gone.
            set_later.try_set(value);
        });
    });
    later
}

/// Does something so many frames from now: after the last of them, not in it, for a frame has its own work.
fn after(frames: u32, then: impl FnOnce() + 'static) {
    match frames {
        0 => set_timeout(then, Duration::ZERO),
        _ => request_animation_frame(move || after(frames - 1, then)),
    }
}

/// What comes of a wish in time; nothing where the browser keeps silent for longer.
pub async fn within<T>(limit: Duration, wish: impl Future<Output = T>) -> Option<T> {
    let silence = Promise::new(&mut |resolve, _| {
        // Calling what resolves a promise can't fail.
        set_timeout(move || drop(resolve.call0(&JsValue::NULL)), limit);
    });
    let (mut wish, mut silence) = (pin!(wish), pin!(JsFuture::from(silence)));
    poll_fn(|context| match wish.as_mut().poll(context) {
        Poll::Ready(answer) => Poll::Ready(Some(answer)),
        Poll::Pending => silence.as_mut().poll(context).map(|_| None),
    })
    .await
}
