//! What a run's settings change: against the lesson's preset, and against the run before it.

use unroll::settings::{Form, Setting};

/// One setting of a run that is worth naming in its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The setting.
    pub setting: &'static str,
    /// Its value in this run, as links write it.
    pub value: String,
    /// Did the run before it have another value?
    pub fresh: bool,
}

/// The settings of `form` that differ from the preset or from `previous`, in the order of `settings`.
///
/// A setting that the run before had changed and this one has at its preset again is named too: otherwise two rows
/// that differ would show no difference.
pub fn differences(settings: &[&'static Setting], form: &Form, previous: Option<&Form>) -> Vec<Difference> {
    let value = |form: &Form, setting: &'static Setting| form.is_relevant(setting).then(|| form.get(setting));
    settings
        .iter()
        .filter_map(|setting| {
            let own = value(form, setting)?;
            let fresh = previous
                .and_then(|previous| value(previous, setting))
                .is_some_and(|previous| previous != own);
            (fresh || own != setting.preset).then(|| Difference {
                setting: setting.key,
                value: own.to_string(),
                fresh,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use unroll::lessons::airline::LESSON;

    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Form {
        let (form, notes) = Form::read(LESSON.settings, pairs.iter().copied());
        assert_eq!(notes, []);
        form
    }

    #[track_caller]
    fn check(pairs: &[(&str, &str)], previous: Option<&[(&str, &str)]>, expect: &[(&str, &str, bool)]) {
        let previous = previous.map(form);
        let found = differences(LESSON.settings, &form(pairs), previous.as_ref());
        let found: Vec<_> = found.iter().map(|d| (d.setting, d.value.as_str(), d.fresh)).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn the_preset_differs_in_nothing() {
        check(&[], None, &[]);
        check(&[], Some(&[]), &[]);
    }

    #[test]
    fn what_is_no_preset_is_named_and_what_is_new_is_marked() {
        check(&[("seed", "2")], None, &[("seed", "2", false)]);
        check(&[("seed", "2")], Some(&[("seed", "2")]), &[("seed", "2", false)]);
        check(
            &[("cell", "gru"), ("seed", "2")],
            Some(&[("seed", "2")]),
            &[("cell", "gru", true), ("seed", "2", false)],
        );
    }

    #[test]
    fn a_return_to_the_preset_is_named() {
        check(&[], Some(&[("hidden_size", "32")]), &[("hidden_size", "10", true)]);
    }

    #[test]
    fn a_setting_without_meaning_is_not_named() {
        // Momentum belongs to SGD; Adam's row says nothing of it.
        check(&[("momentum", "0.5")], None, &[]);
        check(&[], Some(&[("optimizer", "sgd"), ("momentum", "0.5")]), &[("optimizer", "adam", true)]);
    }
}
