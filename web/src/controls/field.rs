//! The control of one setting, made from its declaration.

use leptos::prelude::*;
use unroll::number::Written;
use unroll::settings::{Kind, Setting, Value};

use super::form::use_form;
use crate::controls::Help;
use crate::i18n::{choice_text, label_of, tr_args};

/// So many choices stand side by side; more go into a list.
const MOST_SIDE_BY_SIDE: usize = 3;

/// Label, control and glossary entry of a setting; hidden while it means nothing beside the others.
#[component]
pub fn Field(
    /// The setting.
    setting: &'static Setting,
) -> impl IntoView {
    let form = use_form();
    let relevant = form.select(move |form| form.is_relevant(setting));
    let label = move || label_of(form.lesson, setting.key);
    let control = match setting.kind {
        Kind::Choice(words) if words.len() <= MOST_SIDE_BY_SIDE => {
            return view! {
                <fieldset class="field field-choice" data-setting=setting.key hidden=move || !relevant.get()>
                    <legend>{label}" "<Help key=setting.key/></legend>
                    <div class="segments">
                        {words.iter().map(|word| view! { <Choice setting word/> }).collect_view()}
                    </div>
                    <Remark setting/>
                </fieldset>
            }
            .into_any();
        }
        Kind::Choice(words) => {
            let options = words.iter().map(|word| (word.to_string(), Some(*word))).collect();
            view! { <List setting options/> }.into_any()
        }
        Kind::Real { ladder, .. } => {
            let options = ladder.iter().map(|value| (Written(*value).to_string(), None)).collect();
            view! { <List setting options/> }.into_any()
        }
        Kind::Integer { min, max } => view! { <Count setting min max/> }.into_any(),
        Kind::Text { limit } => view! { <Words setting limit/> }.into_any(),
    };
    view! {
        <div class="field" hidden=move || !relevant.get()>
            <span class="field-label">
                <label for=format!("setting-{}", setting.key)>{label}</label>
                " "
                <Help key=setting.key/>
            </span>
            {control}
            <Remark setting/>
        </div>
    }
    .into_any()
}

/// What was not taken as the reader wrote it, and what stands instead.
#[component]
fn Remark(setting: &'static Setting) -> impl IntoView {
    let form = use_form();
    let said = move || {
        form.notes.with(|notes| {
            let notice = notes.iter().find(|notice| notice.setting() == Some(setting.key))?;
            let text = tr_args(&notice.key, &notice.args);
            Some(view! { <p class="field-remark" role="alert" data-notice=notice.key.clone()>{text}</p> })
        })
    };
    view! { {said} }
}

#[component]
fn Choice(setting: &'static Setting, word: &'static str) -> impl IntoView {
    let form = use_form();
    let chosen = form.select(move |form| form.get(setting) == Value::Choice(word));
    view! {
        <label class="segment">
            <input
                type="radio"
                name=format!("setting-{}", setting.key)
                value=word
                prop:checked=move || chosen.get()
                on:change=move |_| form.set.run((setting.key, word.into()))
            />
            <span>{move || choice_text(setting.key, word)}</span>
        </label>
    }
}

/// A list of values; where one has a word, the catalogue names it. The present value stands in it even if it came
/// from a link and is none of those that are offered.
#[component]
fn List(setting: &'static Setting, options: Vec<(String, Option<&'static str>)>) -> impl IntoView {
    let form = use_form();
    let present = form.select(move |form| form.get(setting).to_string());
    let offered: Vec<String> = options.iter().map(|(text, _)| text.clone()).collect();
    let foreign = move || Some(present.get()).filter(|text| !offered.contains(text));
    view! {
        <select
            id=format!("setting-{}", setting.key)
            data-setting=setting.key
            on:change=move |event| {
                form.set.run((setting.key, event_target_value(&event)));
            }
        >
            {move || foreign().map(|text| view! { <option value=text.clone() selected>{text.clone()}</option> })}
            {options
                .into_iter()
                .map(|(text, word)| {
                    let shown = text.clone();
                    let value = text.clone();
                    view! {
                        <option value=value prop:selected=move || present.get() == text>
                            {move || match word {
                                Some(word) => choice_text(setting.key, word),
                                None => shown.clone(),
                            }}
                        </option>
                    }
                })
                .collect_view()}
        </select>
    }
}

#[component]
fn Words(setting: &'static Setting, limit: usize) -> impl IntoView {
    let form = use_form();
    let present = form.select(move |form| form.get(setting).to_string());
    view! {
        <input
            type="text"
            id=format!("setting-{}", setting.key)
            data-setting=setting.key
            maxlength=limit.to_string()
            autocomplete="off"
            prop:value=move || present.get()
            on:input=move |event| form.set.run((setting.key, event_target_value(&event)))
        />
    }
}

#[component]
fn Count(setting: &'static Setting, min: u32, max: u32) -> impl IntoView {
    let form = use_form();
    let present = form.select(move |form| form.get(setting).to_string());
    view! {
        <input
            type="number"
            inputmode="numeric"
            id=format!("setting-{}", setting.key)
            data-setting=setting.key
            min=min
            max=max
            step="1"
            prop:value=move || present.get()
            on:change=move |event| {
                form.set.run((setting.key, event_target_value(&event)));
                // What could not be taken as it stood must not go on standing there.
                let input = event_target::<web_sys::HtmlInputElement>(&event);
                input.set_value(&form.form.with_untracked(|form| form.get(setting)).to_string());
            }
        />
    }
}
