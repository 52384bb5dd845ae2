//! The lesson "inside the cell" on the page. Nothing in it is a run: every section asks the engine, and shows what it
//! answers.

mod client;
mod gates;
mod gradients;
mod live;
mod shapes;
mod state;
mod uses;

use std::cell::Cell;

use leptos::context::Provider;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use unroll::lessons::cell::LESSON;

use crate::controls::{FormInHand, PresetButtons};
use crate::details::details;
use crate::frame::Notices;
use crate::i18n::{tr, tr_args};
use crate::late::Remedy;
use crate::lesson::{Content, Desk, Row};
use crate::route;
use crate::story::StorySection;
use gates::Gates;
use gradients::Gradients;
use live::Live;
use shapes::Shapes;
use state::{Effect, Msg, Slot, Topic, Workbench};
use uses::Uses;

thread_local! {
    static ADDRESS_IS_DUE: Cell<bool> = const { Cell::new(false) };
}

/// The lesson's state and the way to change it. It lives as long as the page.
#[derive(Clone, Copy)]
struct WorkbenchInHand {
    bench: RwSignal<Workbench>,
    desk: Desk,
}

impl WorkbenchInHand {
    /// The preset; nothing is asked yet.
    fn new(desk: Desk) -> Self {
        WorkbenchInHand { bench: RwSignal::new(Workbench::default()), desk }
    }

    /// A part of the state that notifies only when that part has changed.
    fn select<T>(self, part: impl Fn(&Workbench) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        Memo::new(move |_| self.bench.with(&part))
    }

    /// What is known about a topic.
    fn slot(self, topic: Topic) -> Memo<Slot> {
        self.select(move |bench| bench.slot(topic))
    }

    fn dispatch(self, msg: Msg) {
        let Some(effects) = self.bench.try_update(|bench| bench.update(msg)) else { return };
        for effect in effects {
            match effect {
                Effect::Send(command) => client::send(self, command),
                Effect::Retire => client::retire(),
                Effect::WriteAddress => {
                    self.tell_address();
                    if !ADDRESS_IS_DUE.replace(true) {
                        set_timeout(move || self.write_address(), route::WRITE_EVERY);
                    }
                }
            }
        }
    }

    fn tell_address(self) {
        let (link, address) = self.bench.with_untracked(|bench| (bench.link(), bench.address()));
        self.desk.set_address(link, address);
    }

    fn write_address(self) {
        ADDRESS_IS_DUE.set(false);
        route::write(&LESSON, &self.desk.address());
    }
}

fn use_workbench() -> WorkbenchInHand {
    expect_context()
}

/// The lesson's line in the list of all.
pub const ROW: Row = Row { lesson: &LESSON, open: || Box::pin(open()) };

/// Fetches what is shown of this lesson alone.
#[wasm_split(cell, wasm_split_path = leptos::wasm_split, fallible)]
pub fn open() -> Result<Content, SplitLoaderError> {
    Ok(Content::Own(|desk| view! { <CellPage desk/> }.into_any()))
}

/// The lesson.
#[component]
fn CellPage(
    /// What is kept of it.
    desk: Desk,
) -> impl IntoView {
    let bench = desk.keep(|| WorkbenchInHand::new(desk));
    desk.on_arrival(move |link| {
        bench.dispatch(Msg::Arrive(link.form));
        bench.tell_address();
    });
    provide_context(bench);
    let form = FormInHand {
        lesson: &LESSON,
        form: bench.select(|bench| bench.form.clone()).into(),
        notes: Signal::stored(Vec::new()),
        set: Callback::new(move |(key, text)| bench.dispatch(Msg::Set(key, text))),
        preset: Callback::new(move |id| bench.dispatch(Msg::Preset(id))),
    };
    view! {
        <Provider value=form>
            <div class="bench">
                <div class="lesson-head">
                    <p class="chapter">{move || tr("lesson.cell.chapter")}</p>
                    <h1>{move || tr("lesson.cell.title")}</h1>
                    <p class="lead">{move || tr("lesson.cell.lead")}</p>
                </div>
                <Notices/>
                <PresetButtons/>
                <WorkbenchSection name="live" topics=&[Topic::Live] story=&["live", "forms"]><Live/></WorkbenchSection>
                <WorkbenchSection name="shapes" topics=&[Topic::Shapes] story=&["shapes"]><Shapes/></WorkbenchSection>
                <WorkbenchSection name="uses" topics=&[Topic::Practice, Topic::Work] story=&["uses"]><Uses/></WorkbenchSection>
                <WorkbenchSection name="gradients" topics=&[Topic::Gradients] story=&["gradients"]><Gradients/></WorkbenchSection>
                <WorkbenchSection name="gates" topics=&[] story=&["gates"]><Gates/></WorkbenchSection>
            </div>
        </Provider>
    }
}

/// A section: its heading, what it shows, and beside it the story.
#[component]
fn WorkbenchSection(
    /// Its name: `cell.<name>.title` in the catalogues, `bench-<name>` on the page.
    name: &'static str,
    /// What it asks about.
    topics: &'static [Topic],
    /// The sections of the story that stand beside it.
    story: &'static [&'static str],
    children: Children,
) -> impl IntoView {
    let bench = use_workbench();
    let slots = StoredValue::new(topics.iter().map(|topic| bench.slot(*topic)).collect::<Vec<_>>());
    let busy = move || slots.with_value(|slots| slots.iter().any(|slot| slot.with(Slot::is_busy)));
    let error = move || {
        let error =
            slots.with_value(|slots| slots.iter().find_map(|slot| slot.with(|slot| slot.error.clone())))?;
        let again = error.is_out_of_reach().then(|| {
            view! { <Remedy key=error.key() act=move || bench.dispatch(Msg::Again)/> }
        });
        let fields = error.fields();
        Some(view! {
            <div class="bench-error" data-bench-error=error.key()>
                <p role="alert">{tr_args(&error.key(), &fields)} " " {again}</p>
                {details(&fields)}
            </div>
        })
    };
    let heading = format!("bench-{name}-heading");
    let labelled = heading.clone();
    view! {
        <section class="bench-section" id=format!("bench-{name}") data-bench=name
            data-settled=move || (!busy()).to_string() aria-labelledby=labelled>
            <div class="bench-work">
                <h2 id=heading>{move || tr(&format!("cell.{name}.title"))}</h2>
                {error}
                {children()}
            </div>
            <div class="bench-story">
                {story.iter().map(|id| view! { <StorySection lesson=&LESSON id/> }).collect_view()}
            </div>
        </section>
    }
}
