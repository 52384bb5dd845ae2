//! The settings of the lesson: one list, of which each section of the page shows its own.

use super::{GradientsQuestion, Pin, Question, ShapesQuestion, StepsQuestion, Use};
use crate::Error;
use crate::lesson::{Lesson, Preset, Takes};
use crate::nn::{Cell, RecurrentConfig};
use crate::settings::{Form, Group, Kind as Value, Setting};

/// Steps of the sequence that goes through the live cell, at most.
pub const MOST_STEPS: usize = 12;
/// How far an input of the live cell goes to both sides of zero.
pub const INPUT_LIMIT: f32 = 3.0;

const fn setting(key: &'static str, preset: &'static str, kind: Value) -> Setting {
    Setting { key, kind, preset, live: true, only_when: None, group: Group::Model }
}

const SEED_LIMIT: i64 = u32::MAX as i64;

/// Which cell is taken apart.
pub static LIVE_CELL: Setting =
    setting("live_cell", "lstm", Value::Choice(&["rnn_tanh", "rnn_relu", "lstm", "gru", "gru_reset_before"]));
/// Its `input_size`.
pub static LIVE_INPUT: Setting = setting("live_input", "2", Value::Integer { min: 1, max: 3 });
/// Its `hidden_size`.
pub static LIVE_HIDDEN: Setting = setting("live_hidden", "3", Value::Integer { min: 1, max: 4 });
/// The sequence: steps behind semicolons, the numbers of a step behind blanks.
pub static LIVE_SEQUENCE: Setting =
    setting("live_sequence", "1 0; 0 1; -1 0.5; 0 0; 0 0", Value::Text { limit: 240 });
/// Gates that are held: `f1+` holds the first unit of f open, `i2-` the second of i shut.
pub static LIVE_PINS: Setting = setting("live_pins", "", Value::Text { limit: 120 });
/// Seed of its weights.
pub static LIVE_SEED: Setting = setting("live_seed", "1", Value::Integer { min: 0, max: SEED_LIMIT });

/// Which module's shapes are shown.
pub static SHAPE_CELL: Setting = setting("shape_cell", "lstm", Value::Choice(&["rnn", "lstm", "gru"]));
/// PyTorch's `input_size`.
pub static INPUT_SIZE: Setting = setting("input_size", "12", Value::Integer { min: 1, max: 256 });
/// PyTorch's `hidden_size`.
pub static HIDDEN_SIZE: Setting = setting("hidden_size", "10", Value::Integer { min: 1, max: 256 });
/// PyTorch's `num_layers`.
pub static NUM_LAYERS: Setting = setting("num_layers", "1", Value::Integer { min: 1, max: 4 });
/// PyTorch's `bias`.
pub static BIAS: Setting = setting("bias", "on", Value::Choice(&["on", "off"]));
/// PyTorch's `batch_first`.
pub static BATCH_FIRST: Setting = setting("batch_first", "on", Value::Choice(&["on", "off"]));
/// PyTorch's `dropout`.
pub static DROPOUT: Setting =
    setting("dropout", "0", Value::Real { min: 0.0, max: 0.9, ladder: &[0.0, 0.1, 0.2, 0.3, 0.5] });
/// PyTorch's `bidirectional`.
pub static BIDIRECTIONAL: Setting = setting("bidirectional", "off", Value::Choice(&["on", "off"]));
/// Sequences side by side.
pub static BATCH_SIZE: Setting = setting("batch_size", "32", Value::Integer { min: 1, max: 128 });
/// Steps of each.
pub static SEQ_LENGTH: Setting = setting("seq_length", "4", Value::Integer { min: 1, max: 128 });

/// The arrangement of inputs and outputs.
pub static USE: Setting = setting(
    "use",
    "many_to_one",
    Value::Choice(&["one_to_one", "one_to_many", "many_to_one", "aligned", "delayed"]),
);
/// Seed of the small model that practises it.
pub static USE_SEED: Setting = setting("use_seed", "1", Value::Integer { min: 0, max: SEED_LIMIT });

/// Steps that the gradient goes back through.
pub static LENGTH: Setting = setting("time_steps", "30", Value::Integer { min: 2, max: 120 });
/// Factor on the recurrent weights as PyTorch draws them.
pub static SCALE: Setting = setting(
    "weight_scale",
    "1",
    Value::Real { min: 0.1, max: 5.0, ladder: &[0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0] },
);
/// Added to the bias of the gate that keeps: f of the LSTM, z of the GRU.
pub static KEEP_BIAS: Setting =
    setting("keep_bias", "0", Value::Real { min: -4.0, max: 8.0, ladder: &[0.0, 1.0, 2.0, 3.0, 4.0, 6.0] });
/// The threshold θ of clipping.
pub static CLIP_NORM: Setting = setting(
    "clip_threshold",
    "1",
    Value::Real { min: 0.001, max: 1000.0, ladder: &[0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0] },
);
/// Seed of weights and inputs.
pub static GRADIENT_SEED: Setting = setting("gradient_seed", "1", Value::Integer { min: 0, max: SEED_LIMIT });

/// Whose gates are shown: the lesson's id.
pub static GATES_OF: Setting =
    setting("gates_of", "airline", Value::Choice(&["airline", "novel", "embedding", "memory"]));
/// What the model of a lesson on text reads; what it wrote last where nothing stands here.
pub static PASSAGE: Setting = Setting {
    only_when: Some(("gates_of", &["novel"])),
    ..setting("passage", "", Value::Text { limit: 160 })
};

/// The lesson as links and the page know it.
pub static LESSON: Lesson = Lesson {
    id: "cell",
    version: 1,
    settings: &[
        &LIVE_CELL,
        &LIVE_INPUT,
        &LIVE_HIDDEN,
        &LIVE_SEQUENCE,
        &LIVE_PINS,
        &LIVE_SEED,
        &SHAPE_CELL,
        &INPUT_SIZE,
        &HIDDEN_SIZE,
        &NUM_LAYERS,
        &BIAS,
        &BATCH_FIRST,
        &DROPOUT,
        &BIDIRECTIONAL,
        &BATCH_SIZE,
        &SEQ_LENGTH,
        &USE,
        &USE_SEED,
        &LENGTH,
        &SCALE,
        &KEEP_BIAS,
        &CLIP_NORM,
        &GRADIENT_SEED,
        &GATES_OF,
        &PASSAGE,
    ],
    presets: &[
        Preset { id: "textbook", pairs: &[] },
        Preset { id: "gru", pairs: &[("live_cell", "gru"), ("shape_cell", "gru"), ("bidirectional", "on")] },
        Preset { id: "deep", pairs: &[("batch_size", "1"), ("num_layers", "3")] },
        Preset {
            id: "long",
            pairs: &[
                ("input_size", "200"),
                ("hidden_size", "120"),
                ("batch_first", "off"),
                ("batch_size", "128"),
                ("seq_length", "30"),
            ],
        },
        Preset { id: "exploding", pairs: &[("weight_scale", "3")] },
        Preset { id: "keeping", pairs: &[("keep_bias", "4"), ("time_steps", "60")] },
    ],
    recorded: &[],
    opens_on: &[],
    takes: Takes::Nothing,
    training: None,
};

fn count(form: &Form, setting: &Setting) -> usize {
    usize::try_from(form.integer(setting)).unwrap_or(0)
}

fn seed(form: &Form, setting: &Setting) -> u64 {
    form.integer(setting).unsigned_abs()
}

/// The cell that is taken apart.
pub fn live_cell(form: &Form) -> Cell {
    match form.choice(&LIVE_CELL) {
        "rnn_tanh" => Cell::RnnTanh,
        "rnn_relu" => Cell::RnnRelu,
        "gru" => Cell::Gru,
        "gru_reset_before" => Cell::GruResetBefore,
        _ => Cell::Lstm,
    }
}

/// The sequence that goes through it: each step has as many numbers as the cell has inputs, zeros where none stand.
///
/// # Errors
/// [`Error::BadStep`].
pub fn live_sequence(form: &Form) -> Result<Vec<Vec<f32>>, Error> {
    let size = count(form, &LIVE_INPUT);
    let text = form.text(&LIVE_SEQUENCE);
    let steps = text.split([';', '；']).map(str::trim);
    let mut sequence = Vec::new();
    for (index, step) in steps.filter(|step| !step.is_empty()).take(MOST_STEPS).enumerate() {
        let mut numbers = Vec::new();
        for word in step.split(|c: char| c.is_whitespace() || c == ',' || c == '，').filter(|w| !w.is_empty())
        {
            let number: f32 =
                word.parse().ok().filter(|number: &f32| number.is_finite()).ok_or_else(|| {
                    Error::BadStep { step: index + 1, text: word.chars().take(20).collect() }
                })?;
            numbers.push(number.clamp(-INPUT_LIMIT, INPUT_LIMIT));
        }
        numbers.resize(size, 0.0);
        sequence.push(numbers);
    }
    if sequence.is_empty() {
        sequence.push(vec![0.0; size]);
    }
    Ok(sequence)
}

/// A sequence as [`LIVE_SEQUENCE`] has it.
pub fn sequence_text(sequence: &[Vec<f32>]) -> String {
    let step = |step: &Vec<f32>| step.iter().map(f32::to_string).collect::<Vec<_>>().join(" ");
    sequence.iter().map(step).collect::<Vec<_>>().join("; ")
}

/// The gates that are held. What is no such thing, or not in this cell, is passed over: cells and sizes change under a
/// list of pins.
pub fn live_pins(form: &Form) -> Vec<Pin> {
    let cell = live_cell(form);
    let read = |word: &str| {
        let (rest, open) = match word.strip_suffix('+') {
            Some(rest) => (rest, true),
            None => (word.strip_suffix('-')?, false),
        };
        let mut letters = rest.chars();
        let name = letters.next()?;
        let unit: usize = letters.as_str().parse().ok()?;
        let gate = cell.gate_names().iter().position(|gate| gate.starts_with(name) && gate.len() == 1)?;
        let fits = cell.is_sigmoid(gate) && (1..=count(form, &LIVE_HIDDEN)).contains(&unit);
        fits.then(|| Pin { gate, unit: unit.saturating_sub(1), open })
    };
    let mut pins: Vec<Pin> = Vec::new();
    for pin in form.text(&LIVE_PINS).split_whitespace().filter_map(read) {
        pins.retain(|known| (known.gate, known.unit) != (pin.gate, pin.unit));
        pins.push(pin);
    }
    pins
}

/// Pins of a cell as [`LIVE_PINS`] has them.
pub fn pins_text(cell: Cell, pins: &[Pin]) -> String {
    let word = |pin: &Pin| {
        format!("{}{}{}", cell.gate_names()[pin.gate], pin.unit + 1, if pin.open { '+' } else { '-' })
    };
    pins.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// What is asked about the live cell.
///
/// # Errors
/// As [`live_sequence`].
pub fn steps_question(form: &Form) -> Result<Question, Error> {
    Ok(Question::Steps(StepsQuestion {
        cell: live_cell(form),
        hidden_size: count(form, &LIVE_HIDDEN),
        seed: seed(form, &LIVE_SEED),
        x: live_sequence(form)?,
        pins: live_pins(form),
    }))
}

/// The module whose shapes are shown.
pub fn module(form: &Form) -> RecurrentConfig {
    RecurrentConfig {
        cell: match form.choice(&SHAPE_CELL) {
            "rnn" => Cell::RnnTanh,
            "gru" => Cell::Gru,
            _ => Cell::Lstm,
        },
        input_size: count(form, &INPUT_SIZE),
        hidden_size: count(form, &HIDDEN_SIZE),
        num_layers: count(form, &NUM_LAYERS),
        bias: form.choice(&BIAS) == "on",
        batch_first: form.choice(&BATCH_FIRST) == "on",
        dropout: form.real(&DROPOUT),
        bidirectional: form.choice(&BIDIRECTIONAL) == "on",
    }
}

/// Sequences side by side, and the steps of each.
pub fn batch(form: &Form) -> (usize, usize) {
    (count(form, &BATCH_SIZE), count(form, &SEQ_LENGTH))
}

/// What is asked about the module.
pub fn shapes_question(form: &Form) -> Question {
    let (batch_size, seq_length) = batch(form);
    Question::Shapes(ShapesQuestion { module: module(form), batch_size, seq_length })
}

/// The arrangement that is shown.
pub fn arrangement(form: &Form) -> Use {
    match form.choice(&USE) {
        "one_to_one" => Use::OneToOne,
        "one_to_many" => Use::OneToMany,
        "aligned" => Use::Aligned,
        "delayed" => Use::Delayed,
        _ => Use::ManyToOne,
    }
}

/// What has a small model practise it.
pub fn practise_question(form: &Form) -> Question {
    Question::Practise { arrangement: arrangement(form), seed: seed(form, &USE_SEED) }
}

/// What is asked about gradients through time.
pub fn gradients_question(form: &Form) -> Question {
    Question::Gradients(GradientsQuestion {
        length: count(form, &LENGTH),
        scale: form.real(&SCALE),
        keep_bias: form.real(&KEEP_BIAS),
        clip_norm: form.real(&CLIP_NORM),
        seed: seed(form, &GRADIENT_SEED),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Form {
        let (form, notes) = Form::read(&LESSON.all_settings(), pairs.iter().copied());
        assert_eq!(notes, []);
        form
    }

    #[test]
    fn a_sequence_is_read_and_written() {
        let read = |text: &str| live_sequence(&form(&[("live_sequence", text)]));
        assert_eq!(read("1 0; .5,-9 ;; 2"), Ok(vec![vec![1.0, 0.0], vec![0.5, -3.0], vec![2.0, 0.0]]));
        assert_eq!(read(" ; "), Ok(vec![vec![0.0, 0.0]]));
        assert_eq!(read("1 0; 0 x"), Err(Error::BadStep { step: 2, text: "x".into() }));
        assert_eq!(read("NaN"), Err(Error::BadStep { step: 1, text: "NaN".into() }));
        assert_eq!(sequence_text(&[vec![1.0, 0.0], vec![0.5, -3.0]]), "1 0; 0.5 -3");
        assert_eq!(read(&"1; ".repeat(60)).map(|sequence| sequence.len()), Ok(MOST_STEPS));
    }

    #[test]
    fn pins_are_those_of_this_cell() {
        let held = |cell: &str, pins: &str| {
            let form = form(&[("live_cell", cell), ("live_pins", pins)]);
            let pins = live_pins(&form);
            (pins.clone(), pins_text(live_cell(&form), &pins))
        };
        let (pins, text) = held("lstm", "f1+ i2- f1- g1+ o9+ x1+ f0+ nonsense");
        assert_eq!(pins, [Pin { gate: 0, unit: 1, open: false }, Pin { gate: 1, unit: 0, open: false }]);
        assert_eq!(text, "i2- f1-");
        assert_eq!(held("gru", "z3+ f1+").1, "z3+");
        assert_eq!(held("rnn_tanh", "h1+").1, "");
    }
}
