//! The settings panel: the lesson's presets, then every setting of its declaration, group by group.

use leptos::prelude::*;
use unroll::lesson::{Lesson, Preset};
use unroll::settings::{Form, Group, SPEED, Setting};

use super::field::Field;
use super::form::use_form;
use crate::i18n::tr;

/// These stand in the run bar.
const IN_THE_BAR: [&str; 2] = ["learning_rate", SPEED.setting.key];

/// The settings of the present lesson.
#[component]
pub fn SettingsPanel() -> impl IntoView {
    let lesson = use_form().lesson;
    let groups = [Group::Data, Group::Vocabulary, Group::Vectors, Group::Model, Group::Training, Group::Run];
    let settings = lesson.all_settings();
    let used = groups.into_iter().filter(|group| settings.iter().any(|setting| setting.group == *group));
    view! {
        <section class="settings" data-panel="settings" aria-labelledby="settings-heading">
            <h2 id="settings-heading">{move || tr("settings.heading")}</h2>
            <PresetButtons/>
            <div class="groups">
                {used.map(|group| view! { <SettingGroup lesson group/> }).collect_view()}
            </div>
        </section>
    }
}

/// The present lesson's starting points.
#[component]
pub fn PresetButtons() -> impl IntoView {
    let lesson = use_form().lesson;
    view! {
        <div class="presets" role="group" aria-label=move || tr("settings.presets")>
            {lesson.presets.iter().map(|preset| view! { <PresetButton lesson preset/> }).collect_view()}
        </div>
    }
}

#[component]
fn PresetButton(lesson: &'static Lesson, preset: &'static Preset) -> impl IntoView {
    let in_hand = use_form();
    // The preset whose settings these are, whatever the seed, the engine and the speed.
    let taken = in_hand.select(move |present| {
        let (form, _) = Form::read(&lesson.all_settings(), preset.pairs.iter().copied());
        let settings = lesson.model_settings();
        form.changed(&settings) == present.changed(&settings)
    });
    view! {
        <button
            type="button"
            class="preset"
            data-preset=preset.id
            aria-pressed=move || taken.get().to_string()
            on:click=move |_| in_hand.preset.run(preset.id)
        >
            {move || tr(&format!("lesson.{}.preset.{}", lesson.id, preset.id))}
        </button>
    }
}

#[component]
fn SettingGroup(lesson: &'static Lesson, group: Group) -> impl IntoView {
    let word = match group {
        Group::Data => "data",
        Group::Vocabulary => "vocabulary",
        Group::Vectors => "vectors",
        Group::Model => "model",
        Group::Training => "training",
        Group::Sampling => "sampling",
        Group::Run => "run",
    };
    let fields: Vec<&'static Setting> = lesson
        .all_settings()
        .into_iter()
        .filter(|setting| setting.group == group && !IN_THE_BAR.contains(&setting.key))
        .collect();
    view! {
        <div class="group" role="group" aria-labelledby=format!("group-{word}")>
            <h3 id=format!("group-{word}")>{move || tr(&format!("settings.group.{word}"))}</h3>
            {fields.into_iter().map(|setting| view! { <Field setting/> }).collect_view()}
        </div>
    }
}
