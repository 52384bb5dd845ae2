//! The messages that have arrived, and how the worker waits for the next one.
//!
//! A promise of this module can't be rejected, and calling what resolves it can't fail. Nothing can be sent over a channel but
//! what can't be cloned or has been transferred, and timers are never refused: those results say nothing.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent};

/// Messages in the order of arrival.
pub struct Inbox<M> {
    messages: RefCell<VecDeque<M>>,
    /// Resolves the promise that the worker waits on.
    wake: RefCell<Option<Function>>,
    /// What it sends, the browser delivers after everything that came before.
    channel: Option<MessageChannel>,
    scope: DedicatedWorkerGlobalScope,
}

impl<M: 'static> Inbox<M> {
    /// Collects all messages to this worker from now on, as `read` understands them.
    pub fn listen(scope: &DedicatedWorkerGlobalScope, read: fn(JsValue) -> M) -> Rc<Self> {
        let inbox = Rc::new(Inbox {
            messages: RefCell::default(),
            wake: RefCell::default(),
            channel: MessageChannel::new().ok(),
            scope: scope.clone(),
        });
        let listener = {
            let inbox = Rc::clone(&inbox);
            Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
                inbox.messages.borrow_mut().push_back(read(message.data()));
                if let Some(wake) = inbox.wake.take() {
                    let _ = wake.call0(&JsValue::NULL);
                }
            })
        };
        scope.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        // It listens as long as the worker lives.
        listener.forget();
        inbox
    }

    /// Collects the first message on a port, too.
    #[cfg(feature = "engine")]
    pub fn listen_once(
        self: &Rc<Self>,
        port: &web_sys::MessagePort,
        read: impl FnOnce(JsValue) -> M + 'static,
    ) {
        let inbox = Rc::clone(self);
        let listener = Closure::once_into_js(move |message: MessageEvent| {
            inbox.messages.borrow_mut().push_back(read(message.data()));
            if let Some(wake) = inbox.wake.take() {
                let _ = wake.call0(&JsValue::NULL);
            }
        });
        // Setting it opens the port.
        port.set_onmessage(Some(listener.unchecked_ref()));
    }

    /// The oldest message that has not been taken.
    pub fn take(&self) -> Option<M> {
        self.messages.borrow_mut().pop_front()
    }

    /// Waits for a message, at most so many seconds.
    pub async fn wait(&self, seconds: Option<f64>) {
        if !self.messages.borrow().is_empty() {
            return;
        }
        let promise = Promise::new(&mut |resolve, _| {
            if let Some(seconds) = seconds {
                let millis = (seconds * 1000.0).ceil() as i32;
                let _ = self.scope.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis);
            }
            self.wake.replace(Some(resolve));
        });
        let _ = JsFuture::from(promise).await;
    }

    /// Lets the browser deliver what has arrived, and comes back at once.
    pub async fn give_way(&self) {
        let promise = Promise::new(&mut |resolve, _| match &self.channel {
            Some(channel) => {
                channel.port1().set_onmessage(Some(&resolve));
                let _ = channel.port2().post_message(&JsValue::NULL);
            }
            None => {
                let _ = self.scope.set_timeout_with_callback(&resolve);
            }
        });
        let _ = JsFuture::from(promise).await;
    }
}
