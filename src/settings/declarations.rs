//! What must hold of every declaration of every lesson, for everything else is derived from them.

use std::collections::HashSet;

use super::{BACKEND, Backend, Form, Group, Kind, Note, SPEED, Setting, Value, declare};
use crate::lesson::Lesson;
use crate::lessons::LESSONS;

fn each_setting(check: impl Fn(&Lesson, &Setting)) {
    for lesson in LESSONS {
        for setting in lesson.all_settings() {
            check(lesson, setting);
        }
    }
}

#[test]
fn a_preset_is_a_value_of_its_kind_as_links_write_it() {
    each_setting(|_, setting| {
        let text = setting.preset.to_string();
        assert_eq!(setting.kind.read(&text).as_ref(), Ok(&setting.preset), "{}", setting.key);
    });
}

#[test]
fn a_typed_setting_reads_what_a_form_holds() {
    let rate = declare(Group::Data, "speed").real(0.5, 0.0..=2.0, &[1.0]);
    let count = declare(Group::Data, "workers").integer(3, 2..=u32::MAX);
    let name = declare(Group::Data, "backend").text("nobo", 4);
    let settings = [&rate.setting, &count.setting, &name.setting];
    let read = |pairs: &[(&str, &str)]| {
        let (form, _) = Form::read(&settings, pairs.iter().copied());
        (rate.read(&form), count.read(&form), name.read(&form))
    };
    assert_eq!(read(&[]), (0.5, 3, "nobo".to_owned()));
    assert_eq!(
        read(&[("speed", "1e9"), ("workers", "-7"), ("backend", "某某某某某")]),
        (2.0, 2, "某某某某".into())
    );
    assert_eq!(read(&[("workers", "4294967296")]).1, 4_294_967_295);
    assert_eq!(read(&[("speed", "NaN"), ("workers", "1.5")]), (0.5, 3, "nobo".to_owned()));
    // A form of another version lacks keys and has words that are none now.
    let foreign: Form = serde_json::from_str(r#"{"backend":"webgl","speed":"fast"}"#).unwrap();
    assert_eq!((BACKEND.read(&foreign), SPEED.read(&foreign)), (Backend::Auto, None));
    assert_eq!(count.read(&foreign), 3);
}

#[test]
fn bounds_hold_something_and_the_control_stays_inside() {
    each_setting(|_, setting| match setting.kind {
        Kind::Choice(words) => {
            assert!(words.len() > 1, "{}", setting.key);
            assert_eq!(words.iter().collect::<HashSet<_>>().len(), words.len(), "{}", setting.key);
        }
        Kind::Integer { min, max } => assert!(min < max, "{}", setting.key),
        Kind::Text { limit } => assert!(limit > 0, "{}", setting.key),
        Kind::Real { min, max, ladder } => {
            assert!(min < max && ladder.is_sorted(), "{}", setting.key);
            assert!(ladder.iter().all(|value| (min..=max).contains(value)), "{}", setting.key);
        }
    });
}

#[test]
fn conditions_name_settings_of_their_own_lesson() {
    each_setting(|lesson, setting| {
        let Some(condition) = setting.only_when else { return };
        let settings = lesson.all_settings();
        assert!(settings.iter().any(|own| std::ptr::eq(*own, condition.setting)), "{}", setting.key);
    });
}

#[test]
fn keys_are_unique_and_no_key_of_the_link_itself() {
    let own = ["lesson", "v", "w", "made", "data", "model", "lang", "embed", "present", "hide", "note"];
    let mut lessons = HashSet::new();
    for lesson in LESSONS {
        assert!(lessons.insert(lesson.id), "{}", lesson.id);
        let mut keys: HashSet<&str> = own.into();
        for setting in lesson.all_settings() {
            assert!(keys.insert(setting.key), "{}", setting.key);
            assert!(setting.key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
        }
    }
}

#[test]
fn named_presets_fit_and_matter() {
    for lesson in LESSONS {
        let settings = lesson.all_settings();
        let mut seen = HashSet::new();
        for preset in lesson.presets {
            assert!(seen.insert(preset.id), "{}", preset.id);
            let (form, notes) = Form::read(&settings, preset.pairs.iter().copied());
            assert_eq!(notes, [], "{}", preset.id);
            let changed = form.changed(&settings);
            for (key, text) in preset.pairs {
                assert!(changed.contains(&(key, (*text).to_owned())), "{}: {key} changes nothing", preset.id);
            }
        }
        let Some(training) = &lesson.training else { continue };
        assert!(matches!(training.compare.kind, Kind::Choice(_)));
        assert!(settings.iter().any(|setting| std::ptr::eq(*setting, training.compare)));
        for (arrangement, pairs) in training.uses {
            let (_, notes) = Form::read(&settings, pairs.iter().copied());
            assert_eq!(notes, [], "{}: {}", lesson.id, arrangement.word());
        }
    }
}

#[test]
fn a_form_holds_only_permitted_values() {
    let lesson = LESSONS[0];
    let settings = lesson.all_settings();
    let epochs = settings.iter().find(|setting| setting.key == "epochs").unwrap();
    let mut form = lesson.preset();
    assert_eq!(form.write(epochs, " 70 "), None);
    assert_eq!(form.get(epochs), Value::Integer(70));
    let text = "-99999999999999999999".to_owned();
    let clamped = Note::Clamped { key: "epochs".into(), text: text.clone(), used: "1".into() };
    assert_eq!(form.write(epochs, &text), Some(clamped));
    assert_eq!(form.get(epochs), Value::Integer(1));
    assert!(matches!(form.write(epochs, "7.5"), Some(Note::Unreadable { .. })));
    assert_eq!(form.get(epochs), Value::Integer(1));
}

#[test]
fn what_does_not_matter_is_no_difference() {
    let lesson = LESSONS[0];
    let settings = lesson.all_settings();
    let (mut form, _) = Form::read(&settings, [("momentum", "0.5")]);
    assert_eq!(form.changed(&settings), []);
    let optimizer = settings.iter().find(|setting| setting.key == "optimizer").unwrap();
    form.write(optimizer, "sgd");
    assert_eq!(form.changed(&settings), [("optimizer", "sgd".into()), ("momentum", "0.5".into())]);
}
