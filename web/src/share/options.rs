//! The sender's choices: trained weights, and how the receiver sees the page.

use leptos::prelude::*;
use unroll::lesson::Lang;
use unroll::protocol::Precision;
use unroll::share::{NOTE_LIMIT, Panel, QUERY_LIMIT};

use super::dialog::Sharing;
use super::draft::Fate;
use crate::context::{use_app, use_lesson};
use crate::i18n::{key_of, tr, tr_args};
use crate::state::{Msg, RECORDED, Source, State};

/// None, half precision, or one byte a weight.
#[component]
pub fn WeightsChoice(sharing: Sharing) -> impl IntoView {
    let app = use_app();
    let available = app.select(has_weights);
    let chosen = move || if available.get() { sharing.draft.with(|draft| draft.weights) } else { None };
    let radio = move |word: &'static str, precision: Option<Precision>| {
        view! {
            <label class="share-choice">
                <input type="radio" name="weights" value=word
                    aria-describedby="share-weights-fate"
                    disabled=move || precision.is_some() && !available.get()
                    prop:checked=move || chosen() == precision
                    on:change=move |_| {
                        sharing.draft.update(|draft| draft.weights = precision);
                        if let Some(precision) = precision {
                            app.dispatch(Msg::Pack(precision));
                        }
                    } />
                <span>{move || tr(&format!("share.weights.{word}"))}</span>
            </label>
        }
    };
    let fate = move || {
        if !available.get() {
            return tr("share.weights.unavailable");
        }
        match sharing.offer.with(|offer| offer.weights) {
            Fate::NotAsked => tr("share.weights.retrains"),
            Fate::Awaited => tr("share.weights.awaited"),
            Fate::Carried => sharing.subject.with(|subject| {
                let Some(packed) = &subject.packed else { return String::new() };
                let own = if subject.data.is_some() { "_own" } else { "" };
                let key = key_of(subject.lesson, &format!("share.weights.carried{own}"));
                let args = [("step", packed.step.to_string()), ("deviation", two_digits(packed.deviation))];
                tr_args(&key, &args)
            }),
            Fate::TooLong(length) => tr_args("share.weights.too_long", &[("count", length.to_string())]),
            Fate::WithoutData => tr("share.weights.without_data"),
        }
    };
    view! {
        <fieldset class="share-weights">
            <legend>{move || tr("share.weights.legend")}</legend>
            <div class="share-choices">
                {radio("none", None)}
                {radio("half", Some(Precision::Half))}
                {radio("byte", Some(Precision::Byte))}
            </div>
            <p id="share-weights-fate" role="status">{fate}</p>
        </fieldset>
    }
}

/// Are there weights worth sending: trained for at least one step here, or opened from a link?
fn has_weights(state: &State) -> bool {
    let held = state.current.is_some() && state.engine.held == state.current;
    let kept = state.snapshot.as_ref().is_some_and(|snapshot| Some(snapshot.run) == state.current);
    state.current_run().is_some_and(|run| {
        let trained = run.progress.step > 0 || run.source == Source::Link;
        run.id != RECORDED && trained && (held || kept)
    })
}

/// A deviation, rounded up to two significant digits: a bound must not be understated.
fn two_digits(deviation: f64) -> String {
    if deviation <= 0.0 || !deviation.is_finite() {
        return "0".into();
    }
    let exponent = deviation.log10().floor() as i32 - 1;
    let unit = 10f64.powi(exponent);
    let decimals = usize::try_from(-exponent).unwrap_or(0);
    format!("{:.decimals$}", (deviation / unit).ceil() * unit)
}

/// How the receiver sees the page.
#[component]
pub fn Extras(sharing: Sharing) -> impl IntoView {
    let draft = sharing.draft;
    // What is around a run can be left out, and what is said to its reader stands above it.
    let is_trained = use_lesson().is_trained();
    let hide = Panel::ALL.map(|panel| {
        view! {
            <label class="share-choice">
                <input type="checkbox" data-field="hide" value=panel.word()
                    prop:checked=move || draft.with(|draft| draft.hide.contains(&panel))
                    on:change=move |event| {
                        let checked = event_target_checked(&event);
                        draft.update(|draft| {
                            if checked { draft.hide.insert(panel); } else { draft.hide.remove(&panel); }
                        });
                    } />
                <span>{move || tr(&format!("share.hide.{}", panel.word()))}</span>
            </label>
        }
    });
    let counted = move || {
        let used = draft.with(|draft| draft.note.chars().count());
        tr_args("share.note.count", &[("used", used.to_string()), ("limit", NOTE_LIMIT.to_string())])
    };
    let write_note = move |event: leptos::ev::Event| {
        // The field's own maxlength counts UTF-16 units and lets a paste of emoji through differently.
        let text: String = event_target_value(&event).chars().take(NOTE_LIMIT).collect();
        draft.update(|draft| draft.note = text);
    };
    view! {
        <div class="share-extras">
            <div class="share-note" hidden=!is_trained>
                <label for="share-note">{move || tr("share.note.label")}</label>
                <textarea id="share-note" data-field="note" rows="2" maxlength=NOTE_LIMIT.to_string()
                    aria-describedby="share-note-count"
                    prop:value=move || draft.with(|draft| draft.note.clone())
                    on:input=write_note></textarea>
                <p id="share-note-count" class="share-count">{counted}</p>
            </div>
            <fieldset hidden=!is_trained>
                <legend>{move || tr("share.hide.legend")}</legend>
                <div class="share-choices">{hide}</div>
            </fieldset>
            <div class="share-row share-language">
                <label for="share-lang">{move || tr("share.lang.label")}</label>
                <select id="share-lang" data-field="lang"
                    prop:value=move || draft.with(|draft| draft.lang.map_or("", Lang::word))
                    on:change=move |event| {
                        let lang = Lang::read(&event_target_value(&event));
                        draft.update(|draft| draft.lang = lang);
                    }>
                    <option value="">{move || tr("share.lang.reader")}</option>
                    <option value="zh" lang="zh">{move || tr("share.lang.zh")}</option>
                    <option value="en" lang="en">{move || tr("share.lang.en")}</option>
                </select>
                <label class="share-choice" hidden=!is_trained>
                    <input type="checkbox" data-field="present"
                        prop:checked=move || draft.with(|draft| draft.present)
                        on:change=move |event| {
                            let checked = event_target_checked(&event);
                            draft.update(|draft| draft.present = checked);
                        } />
                    <span>{move || tr("share.present")}</span>
                </label>
            </div>
            <label class="share-choice">
                <input type="checkbox" data-field="as-query" aria-describedby="share-query-help"
                    prop:checked=move || draft.with(|draft| draft.as_query)
                    on:change=move |event| {
                        let checked = event_target_checked(&event);
                        draft.update(|draft| draft.as_query = checked);
                    } />
                <span>{move || tr("share.query.label")}</span>
            </label>
            <p id="share-query-help" class="share-count" role="status">{move || {
                let limit = ("limit", QUERY_LIMIT.to_string());
                match sharing.offer.with(|offer| offer.too_long_a_query) {
                    Some(count) => tr_args("share.query.too_long", &[("count", count.to_string()), limit]),
                    None => tr_args("share.query.help", &[limit]),
                }
            }}</p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_never_understated() {
        for (deviation, text) in [
            (0.0, "0"),
            (0.1234, "0.13"),
            (0.2, "0.20"),
            (1.0, "1.0"),
            (12.3, "13"),
            (999.0, "1000"),
            (0.00501, "0.0051"),
        ] {
            assert_eq!(two_digits(deviation), text);
        }
    }
}
