//! What a lesson brings to the page, as whatever stands around it knows it. The lessons themselves, and the list of them,
//! are in [`lessons`](crate::lessons).

use std::any::Any;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use leptos::wasm_split::SplitLoaderError;
use unroll::lesson::Lesson;
use unroll::share::Link;

use crate::context::App;

/// What a lesson in which something is trained has to show, beside what all such lessons show.
pub struct LessonView {
    /// The lesson.
    pub lesson: &'static Lesson,
    /// On top: what the model does, and how well.
    pub figures: fn() -> AnyView,
    /// A drawing of the model.
    pub model: fn() -> AnyView,
    /// The data, and the way to bring other data.
    pub data: fn() -> AnyView,
    /// What a model must beat, as rows of the notebook.
    pub baselines: fn(App) -> Memo<Vec<Baseline>>,
    /// The sections of its story that stand under the drawing of the model.
    pub about_model: &'static [&'static str],
}

/// Something simple that a model must beat; the catalogues name it under `notebook.baseline.<id>`.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// The name in catalogues.
    pub id: &'static str,
    /// The lesson's figures for it, by name.
    pub metrics: BTreeMap<String, f64>,
}

/// What stands on a lesson's page.
#[derive(Clone, Copy)]
pub enum Content {
    /// Runs, and around them what all such lessons show.
    Runs(&'static LessonView),
    /// Something of its own.
    Own(fn(Desk) -> AnyView),
}

/// A lesson's content, or why its part of the page can't be had.
pub type Opened = Result<Content, SplitLoaderError>;

/// Fetches the lesson's part of the page.
pub type Open = fn() -> Pin<Box<dyn Future<Output = Opened>>>;

/// A lesson's line in the list of all.
pub struct Row {
    /// The lesson.
    pub lesson: &'static Lesson,
    /// How its part of the page is had.
    pub open: Open,
}

/// What is known of a lesson in which nothing is trained while its part of the page may not be here yet, and what the lesson
/// keeps while the reader is elsewhere. Cheap to copy into closures.
#[derive(Clone, Copy)]
pub struct Desk {
    lesson: &'static Lesson,
    /// The link by which the reader came last.
    arrival: RwSignal<Option<Link>>,
    /// The lesson's own address, from `#` on.
    address: StoredValue<String>,
    /// What that address says.
    link: RwSignal<Option<Link>>,
    kept: StoredValue<Option<Box<dyn Any + Send + Sync>>>,
    /// What is kept lives as long as the page.
    owner: StoredValue<Owner>,
}

impl Desk {
    /// A desk on which nothing lies. Made with the page, by whoever lives as long.
    pub fn new(lesson: &'static Lesson) -> Self {
        Desk {
            lesson,
            arrival: RwSignal::new(None),
            address: StoredValue::new(format!("#/{}", lesson.id)),
            link: RwSignal::new(None),
            kept: StoredValue::new(None),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
        }
    }

    /// The reader comes by this link.
    pub fn arrive(self, link: Link) {
        self.arrival.set(Some(link));
    }

    /// Takes every link by which the reader comes, and at once the one that has brought the reader here.
    pub fn on_arrival(self, mut take: impl FnMut(Link) + 'static) {
        self.arrival.get_untracked().into_iter().for_each(&mut take);
        let mut is_taken = true;
        Effect::new(move |_| {
            let link = self.arrival.get();
            if !std::mem::take(&mut is_taken) {
                link.into_iter().for_each(&mut take);
            }
        });
    }

    /// The lesson's address, from `#` on.
    pub fn address(self) -> String {
        self.address.get_value()
    }

    /// What can be shared of the lesson as it stands; a link to its preset before its part of the page is here.
    pub fn link(self) -> Link {
        self.link.get().unwrap_or_else(|| Link::new(self.lesson))
    }

    /// The lesson's settings have changed: they are in this link, and in this address.
    pub fn set_address(self, link: Link, address: String) {
        self.link.set(Some(link));
        self.address.set_value(address);
    }

    /// Has the reader never been here?
    pub fn is_new(self) -> bool {
        self.arrival.with_untracked(Option::is_none)
    }

    /// What the lesson keeps: made at first, and then found as it was left.
    pub fn keep<T: Copy + Send + Sync + 'static>(self, make: impl FnOnce() -> T) -> T {
        let found = self.kept.with_value(|kept| kept.as_ref()?.downcast_ref::<T>().copied());
        found.unwrap_or_else(|| {
            let made = self.owner.with_value(|owner| owner.with(make));
            self.kept.set_value(Some(Box::new(made)));
            made
        })
    }
}

/// The desks of all lessons in which nothing is trained.
#[derive(Clone, Copy)]
pub struct Desks(StoredValue<Vec<Desk>>);

impl Desks {
    /// A desk for each of these lessons that needs one.
    pub fn new(lessons: &[&'static Lesson]) -> Self {
        let untrained = lessons.iter().filter(|lesson| !lesson.is_trained());
        Desks(StoredValue::new(untrained.map(|lesson| Desk::new(lesson)).collect()))
    }

    /// The desk of a lesson; none where its runs are all there is.
    pub fn of(self, lesson: &Lesson) -> Option<Desk> {
        self.0.with_value(|desks| desks.iter().find(|desk| desk.lesson == lesson).copied())
    }
}
