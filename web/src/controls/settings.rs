//! The settings panel: the lesson's presets, then every setting of its declaration, group by group.

use leptos::prelude::*;
use unroll::lessons::{Lesson, Preset};
use unroll::settings::{Form, Group, RUN_SETTINGS, SPEED, Setting};

use super::field::Field;
use crate::context::use_app;
use crate::i18n::tr;
use crate::state::Msg;

/// These stand in the run bar.
const IN_THE_BAR: [&str; 2] = ["learning_rate", SPEED.key];

/// The settings of the present lesson.
#[component]
pub fn SettingsPanel() -> impl IntoView {
    let lesson = use_app().peek(|state| state.lesson);
    let groups = [Group::Data, Group::Model, Group::Training, Group::Run];
    view! {
        <section class="settings" data-panel="settings" aria-labelledby="settings-heading">
            <h2 id="settings-heading">{move || tr("settings.heading")}</h2>
            <div class="presets" role="group" aria-label=move || tr("settings.presets")>
                {lesson.presets.iter().map(|preset| view! { <PresetButton lesson preset/> }).collect_view()}
            </div>
            <div class="groups">
                {groups.into_iter().map(|group| view! { <SettingGroup lesson group/> }).collect_view()}
            </div>
        </section>
    }
}

#[component]
fn PresetButton(lesson: &'static Lesson, preset: &'static Preset) -> impl IntoView {
    let app = use_app();
    // The preset whose settings these are, whatever the seed, the engine and the speed.
    let taken = app.select(move |state| {
        let (form, _) = Form::read(&lesson.all_settings(), preset.pairs.iter().copied());
        form.changed(lesson.settings) == state.form.changed(lesson.settings)
    });
    view! {
        <button
            type="button"
            class="preset"
            data-preset=preset.id
            aria-pressed=move || taken.get().to_string()
            on:click=move |_| app.dispatch(Msg::Preset(preset.id))
        >
            {move || tr(&format!("lesson.{}.preset.{}", lesson.id, preset.id))}
        </button>
    }
}

#[component]
fn SettingGroup(lesson: &'static Lesson, group: Group) -> impl IntoView {
    let word = match group {
        Group::Data => "data",
        Group::Model => "model",
        Group::Training => "training",
        Group::Run => "run",
    };
    let fields: Vec<&'static Setting> = lesson
        .settings
        .iter()
        .copied()
        .chain(RUN_SETTINGS)
        .filter(|setting| setting.group == group && !IN_THE_BAR.contains(&setting.key))
        .collect();
    view! {
        <div class="group" role="group" aria-labelledby=format!("group-{word}")>
            <h3 id=format!("group-{word}")>{move || tr(&format!("settings.group.{word}"))}</h3>
            {fields.into_iter().map(|setting| view! { <Field setting/> }).collect_view()}
        </div>
    }
}
