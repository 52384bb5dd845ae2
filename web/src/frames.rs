//! What may come some frames later, so that it does not hold up what the reader looks at.

use std::time::Duration;

use leptos::prelude::*;

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
