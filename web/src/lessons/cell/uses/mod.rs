//! Kinds of use: in which steps a recurrent network reads and in which it answers. One figure that rearranges itself, and
//! in it a small model that was trained for the arrangement on the spot.

mod choice;
mod figure;
mod inputs;
mod practice;

use leptos::prelude::*;
use unroll::lesson::{Lesson, Pairs};
use unroll::lessons::LESSONS;
use unroll::lessons::cell::{Answer, Practised, Question, Use, Used, config};
use unroll::settings::Form;
use unroll::share::Link;

use super::state::{Slot, Topic};
use super::use_workbench;
use crate::controls::{Field, use_form};
use crate::i18n::tr;
use choice::Choice;
use figure::Figure;
use inputs::Inputs;
use practice::Practice;

/// What the parts of the section share.
#[derive(Clone, Copy)]
struct Scene {
    /// The arrangement that is shown.
    arrangement: Memo<Use>,
    /// What goes in, as the reader has set it.
    input: Memo<Vec<f32>>,
    /// Is a model being trained?
    is_training: Memo<bool>,
    /// The model that was trained for it; none while it is being trained.
    practised: Memo<Option<Practised>>,
    /// What that model makes of the input, or made of the last one.
    used: Memo<Option<Used>>,
}

/// The section.
#[component]
pub fn Uses() -> impl IntoView {
    let bench = use_workbench();
    let arrangement = use_form().select(config::arrangement);
    let input = bench.select(|bench| bench.input(config::arrangement(&bench.form)));
    let (practice, work) = (bench.slot(Topic::Practice), bench.slot(Topic::Work));
    let practised = Memo::new(move |_| practice.with(|slot| practised(slot, arrangement.get())));
    let used =
        Memo::new(move |_| practised.with(|practised| work.with(|slot| used(slot, practised.as_ref()?))));
    let is_training = Memo::new(move |_| practice.with(Slot::is_busy));
    let scene = Scene { arrangement, input, is_training, practised, used };
    let words = move |part: &str| tr(&format!("cell.uses.{part}.{}", arrangement.get().word()));
    view! {
        <Choice/>
        <p class="uses-task">{move || words("task")}</p>
        <Figure scene/>
        <Inputs scene/>
        <p class="uses-lessons">{move || lessons(arrangement.get())}</p>
        <Practice scene/>
        <div class="uses-seed"><Field setting=&config::USE_SEED.setting/></div>
    }
}

/// The model of this arrangement, unless another one is being trained.
fn practised(slot: &Slot, arrangement: Use) -> Option<Practised> {
    match slot.found.as_deref() {
        Some((_, Answer::Practised(practised)))
            if !slot.is_busy() && practised.arrangement == arrangement =>
        {
            Some(practised.clone())
        }
        _ => None,
    }
}

/// What exactly this model made of an input.
fn used(slot: &Slot, practised: &Practised) -> Option<Used> {
    match slot.found.as_deref() {
        Some((Question::Work { weights, .. }, Answer::Used(used)))
            if used.arrangement == practised.arrangement && *weights == practised.weights =>
        {
            Some(used.clone())
        }
        _ => None,
    }
}

/// Links to where else on the page the arrangement is used.
fn lessons(arrangement: Use) -> AnyView {
    let links = links(arrangement);
    if links.is_empty() {
        return tr("cell.uses.no_lesson").into_any();
    }
    let link = |(index, link): (usize, Link)| {
        let before = tr(if index == 0 { "chart.sentence_gap" } else { "list.separator" });
        view! { {before}<a href=link.to_fragment()>{tr(&format!("lesson.{}.title", link.lesson.id))}</a> }
    };
    let links = links.into_iter().enumerate().map(link).collect_view();
    view! { {tr("cell.uses.lessons")}{links} }.into_any()
}

/// The lessons whose models have the arrangement, with the settings under which they have it.
fn links(arrangement: Use) -> Vec<Link> {
    let uses = |lesson: &'static Lesson| {
        let uses = lesson.training.as_ref().map_or(&[][..], |training| training.uses);
        uses.iter().map(move |(own, pairs)| (lesson, *own, *pairs))
    };
    let alike = LESSONS.into_iter().flat_map(uses).filter(|(_, own, _)| *own == arrangement);
    let link = |(lesson, _, pairs): (&'static Lesson, Use, Pairs)| {
        let form = Form::read(&lesson.all_settings(), pairs.iter().copied()).0;
        Link { form, ..Link::new(lesson) }
    };
    alike.map(link).collect()
}

/// A time step below a letter, counted from 1: `h₂`.
fn at_step(letter: char, step: usize) -> String {
    let digits = (step + 1).to_string();
    let below = digits.chars().filter_map(|digit| {
        let value = digit.to_digit(10)?;
        char::from_u32('₀' as u32 + value)
    });
    std::iter::once(letter).chain(below).collect()
}

/// A number for a small circle: two digits, a true minus sign.
fn brief(number: f32) -> String {
    let text = format!("{number:.2}");
    if text == "-0.00" { "0.00".into() } else { text.replace('-', "−") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrangement_leads_to_the_lessons_that_have_it() {
        let all: Vec<Link> = Use::ALL.into_iter().flat_map(links).collect();
        for lesson in LESSONS {
            let uses = lesson.training.as_ref().map_or(0, |training| training.uses.len());
            assert_eq!(all.iter().filter(|link| link.lesson == lesson).count(), uses, "{}", lesson.id);
        }
        assert!(links(Use::OneToOne).is_empty());
    }

    #[test]
    fn steps_and_numbers_are_written_short() {
        assert_eq!((at_step('h', 0), at_step('x', 5)), ("h₁".into(), "x₆".into()));
        assert_eq!((brief(-0.004), brief(-0.5), brief(1.0)), ("0.00".into(), "−0.50".into(), "1.00".into()));
    }
}
