//! The text lab on the page: a text, and beside it, live, what a tokenizer and a vocabulary make of it.

mod carry;
mod frequencies;
mod input;
mod numbers;
mod state;
mod tokens;
mod vectors;
mod word_map;

use std::cell::{Cell, RefCell};

use leptos::context::Provider;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use unroll::codec;
use unroll::lessons::text::LESSON;
use unroll::settings::Form;
use unroll::share::LinkText;
use unroll::text::{Charset, Cut};

use crate::context::{App, use_app};
use crate::controls::{FormInHand, SettingsPanel};
use crate::frame::Notices;
use crate::frames::follow_after;
use crate::i18n::tr;
use crate::lesson::{Content, Desk, Row};
use crate::route;
use crate::state::{Msg as PageMsg, Notice};
use crate::storage;
use crate::story::{StorySection, sections};
use crate::text_client::{self, Heard};
use carry::CarryOn;
use frequencies::Frequencies;
use input::TextInput;
use numbers::{OneHot, Vocabulary};
use state::{Effect, Kept, Lab, Msg};
use tokens::Tokens;
use vectors::WordVectors;

/// Frames after which the last section shows what was found.
const LAST: u32 = 4;

thread_local! {
    static ADDRESS_IS_DUE: Cell<bool> = const { Cell::new(false) };
    /// The mark of the text that was kept last.
    static KEPT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// The lab's state and the way to change it. It lives as long as the page, so that a text is still there when the
/// reader comes back to it.
#[derive(Clone, Copy)]
struct LabInHand {
    lab: RwSignal<Lab>,
    desk: Desk,
    /// Says what is to be said to the reader.
    app: App,
}

impl LabInHand {
    /// The textbook's sentences, not yet cut. It hears the worker for text.
    fn new(desk: Desk, app: App) -> Self {
        let lab = LabInHand { lab: RwSignal::new(Lab::default()), desk, app };
        text_client::listen(move |heard| {
            lab.dispatch(match heard {
                Heard::Said(event) => Msg::Heard(event),
                Heard::Died(error) => Msg::Died(error),
            });
        });
        leptos::prelude::Effect::new(move |_| {
            let building = text_client::building().is_some();
            untrack(|| lab.dispatch(Msg::Building(building)));
        });
        lab
    }

    /// Opens on these settings, and perhaps on a text.
    fn arrive(self, form: Form, text: Option<LinkText>) {
        match text {
            Some(LinkText::TooLong(mark)) if !self.lab.with_untracked(|lab| lab.has_file(&mark)) => {
                leptos::task::spawn_local(self.reopen(form, mark));
            }
            Some(LinkText::Whole(text)) => self.dispatch(Msg::Arrive(form, Some(text))),
            Some(LinkText::TooLong(_)) | None => self.dispatch(Msg::Arrive(form, None)),
        }
    }

    /// Takes up the reader's own file again, which this browser has kept.
    async fn reopen(self, form: Form, mark: String) {
        let kept = storage::brought(LESSON.id, &mark).await;
        let file =
            kept.and_then(|kept| Some((codec::decode::<(String, Charset)>(&kept.head).ok()?, kept.file)));
        self.dispatch(Msg::Arrive(form, None));
        if let Some(((name, charset), bytes)) = file {
            self.dispatch(Msg::File(name, bytes));
            self.dispatch(Msg::ReadAs(charset));
        }
    }

    /// Keeps a text that the address can't hold, if it is another one than was kept last.
    fn keep(self) {
        let Some(Kept { mark, head, file }) = self.lab.with_untracked(Lab::to_keep) else { return };
        if KEPT.with_borrow(|kept| *kept == mark) {
            return;
        }
        KEPT.set(mark.clone());
        leptos::task::spawn_local(async move {
            let brought = storage::Brought { mark, head, file };
            if let Err(reason) = storage::keep_brought(LESSON.id, Some(brought)).await {
                KEPT.take();
                let notice = Notice::new("notice.own_not_kept", [("reason", reason)]);
                self.app.dispatch(PageMsg::Notify(notice));
            }
        });
    }

    /// What the page's address is while the lab is shown, from `#` on.
    fn address(self) -> String {
        self.lab.with_untracked(Lab::address)
    }

    /// Lets others know of settings and text.
    fn tell_address(self) -> String {
        let address = self.address();
        self.desk.set_address(self.lab.with_untracked(Lab::link), address.clone());
        address
    }

    fn select<T>(self, part: impl Fn(&Lab) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        Memo::new(move |_| self.lab.with(&part))
    }

    /// A part of what was found at last.
    fn found<T>(self, part: impl Fn(&Cut) -> T + Send + Sync + 'static) -> Memo<Option<T>>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        self.select(move |lab| lab.cut.as_deref().map(&part))
    }

    /// A part of what was found at last, a few frames later: what stands further down must not hold up what stands above
    /// it. A long text fills thousands of places at once.
    fn found_after<T>(
        self,
        frames: u32,
        part: impl Fn(&Cut) -> T + Send + Sync + 'static,
    ) -> ReadSignal<Option<T>>
    where
        T: Clone + PartialEq + Send + Sync + 'static,
    {
        follow_after(frames, self.found(part))
    }

    fn dispatch(self, msg: Msg) {
        let Some(effects) = self.lab.try_update(|lab| lab.update(msg)) else { return };
        for effect in effects {
            match effect {
                Effect::Send(command) => text_client::send(command),
                Effect::Retire => text_client::retire(),
                Effect::WriteAddress => self.write_address(),
            }
        }
    }

    /// Not at once: browsers limit the calls, and typing makes many.
    fn write_address(self) {
        if !ADDRESS_IS_DUE.replace(true) {
            set_timeout(move || self.write_address_now(), route::WRITE_EVERY);
        }
    }

    fn write_address_now(self) {
        ADDRESS_IS_DUE.set(false);
        route::write(&LESSON, &self.tell_address());
        self.keep();
    }
}

/// The lesson's line in the list of all.
pub const ROW: Row = Row { lesson: &LESSON, open: || Box::pin(open()) };

/// Fetches what is shown of this lesson alone.
#[wasm_split(text, wasm_split_path = leptos::wasm_split, fallible)]
pub fn open() -> Result<Content, SplitLoaderError> {
    Ok(Content::Own(|desk| view! { <LabPage desk/> }.into_any()))
}

/// The lab.
#[component]
fn LabPage(
    /// What is kept of it.
    desk: Desk,
) -> impl IntoView {
    // What a desk keeps is made outside the page's components.
    let app = use_app();
    let lab = desk.keep(|| LabInHand::new(desk, app));
    desk.on_arrival(move |link| {
        lab.arrive(link.form, link.text);
        lab.tell_address();
    });
    let form = FormInHand {
        lesson: &LESSON,
        form: lab.select(|lab| lab.form.clone()).into(),
        notes: Signal::stored(Vec::new()),
        set: Callback::new(move |(key, text)| lab.dispatch(Msg::Set(key, text))),
        preset: Callback::new(move |id| lab.dispatch(Msg::Preset(id))),
    };
    // What is provided to a place stays there when what stands in it changes; this goes with the lab.
    view! {
        <Provider value=lab>
        <Provider value=form>
            <div class="stage lab">
                <div class="lesson-head">
                    <p class="chapter">{move || tr("lesson.text.chapter")}</p>
                    <h1>{move || tr("lesson.text.title")}</h1>
                    <p class="lead">{move || tr("lesson.text.lead")}</p>
                </div>
                <Notices/>
                <TextInput/>
                <Tokens/>
            </div>
            <LabSettings/>
            <div class="below lab">
                <Vocabulary/>
                <OneHot/>
                <WordVectors/>
                <Frequencies/>
                <CarryOn/>
            </div>
            <div class="story-column">
                {sections(&LESSON).into_iter().map(|id| view! { <StorySection lesson=&LESSON id/> }).collect_view()}
            </div>
        </Provider>
        </Provider>
    }
}

/// The settings. On a phone they stand between the text and its tokens, forty of them: there they open when they are wanted.
#[component]
fn LabSettings() -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <div class="lab-settings" class:open=move || open.get()>
            <button type="button" class="panel-button" data-control="lab-settings"
                aria-expanded=move || open.get().to_string() aria-controls="lab-settings"
                on:click=move |_| open.update(|open| *open = !*open)
            >{move || tr(if open.get() { "text.settings.close" } else { "text.settings.open" })}</button>
            <div id="lab-settings"><SettingsPanel/></div>
        </div>
    }
}

fn use_lab() -> LabInHand {
    expect_context()
}
