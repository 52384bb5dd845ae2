//! The settings of the lesson: one list, of which each section of the page shows its own.

use super::{GradientsQuestion, Pin, Question, ShapesQuestion, StepsQuestion, Use};
use crate::Error;
use crate::lesson::{Lesson, Preset};
use crate::lessons::LESSONS;
use crate::nn::{Cell, RecurrentConfig};
use crate::settings::{Choice, Form, Group, Integer, Outline, Real, Table, Text, declare, table};

/// Steps of the sequence that goes through the live cell, at most.
pub const MOST_STEPS: usize = 12;
/// How far an input of the live cell goes to both sides of zero.
pub const INPUT_LIMIT: f32 = 3.0;

const fn setting(key: &'static str) -> Outline {
    declare(Group::Model, key).live()
}

/// Which cell is taken apart.
pub static LIVE_CELL: Choice<Cell> = setting("live_cell").choice(
    "lstm",
    &table([
        ("rnn_tanh", Cell::RnnTanh),
        ("rnn_relu", Cell::RnnRelu),
        ("lstm", Cell::Lstm),
        ("gru", Cell::Gru),
        ("gru_reset_before", Cell::GruResetBefore),
    ]),
);
/// Its `input_size`.
pub static LIVE_INPUT: Integer = setting("live_input").integer(2, 1..=3);
/// Its `hidden_size`.
pub static LIVE_HIDDEN: Integer = setting("live_hidden").integer(3, 1..=4);
/// The sequence: steps behind semicolons, the numbers of a step behind blanks.
pub static LIVE_SEQUENCE: Text = setting("live_sequence").text("1 0; 0 1; -1 0.5; 0 0; 0 0", 240);
/// Gates that are held: `f1+` holds the first unit of f open, `i2-` the second of i shut.
pub static LIVE_PINS: Text = setting("live_pins").text("", 120);
/// Seed of its weights.
pub static LIVE_SEED: Integer = setting("live_seed").integer(1, 0..=u32::MAX);

/// Which module's shapes are shown.
pub static SHAPE_CELL: Choice<Cell> = setting("shape_cell")
    .choice("lstm", &table([("rnn", Cell::RnnTanh), ("lstm", Cell::Lstm), ("gru", Cell::Gru)]));
/// PyTorch's `input_size`.
pub static INPUT_SIZE: Integer = setting("input_size").integer(12, 1..=256);
/// PyTorch's `hidden_size`.
pub static HIDDEN_SIZE: Integer = setting("hidden_size").integer(10, 1..=256);
/// PyTorch's `num_layers`.
pub static NUM_LAYERS: Integer = setting("num_layers").integer(1, 1..=4);
/// PyTorch's `bias`.
pub static BIAS: Choice<bool> = setting("bias").switch(true);
/// PyTorch's `batch_first`.
pub static BATCH_FIRST: Choice<bool> = setting("batch_first").switch(true);
/// PyTorch's `dropout`.
pub static DROPOUT: Real = setting("dropout").real(0.0, 0.0..=0.9, &[0.0, 0.1, 0.2, 0.3, 0.5]);
/// PyTorch's `bidirectional`.
pub static BIDIRECTIONAL: Choice<bool> = setting("bidirectional").switch(false);
/// Sequences side by side.
pub static BATCH_SIZE: Integer = setting("batch_size").integer(32, 1..=128);
/// Steps of each.
pub static SEQ_LENGTH: Integer = setting("seq_length").integer(4, 1..=128);

/// The arrangement of inputs and outputs.
pub static USE: Choice<Use> = setting("use").choice(
    "many_to_one",
    &table([
        (Use::OneToOne.word(), Use::OneToOne),
        (Use::OneToMany.word(), Use::OneToMany),
        (Use::ManyToOne.word(), Use::ManyToOne),
        (Use::Aligned.word(), Use::Aligned),
        (Use::Delayed.word(), Use::Delayed),
    ]),
);
/// Seed of the small model that practises it.
pub static USE_SEED: Integer = setting("use_seed").integer(1, 0..=u32::MAX);

/// Steps that the gradient goes back through.
pub static LENGTH: Integer = setting("time_steps").integer(30, 2..=120);
/// Factor on the recurrent weights as PyTorch draws them.
pub static SCALE: Real = setting("weight_scale").real(
    1.0,
    0.1..=5.0,
    &[0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0],
);
/// Added to the bias of the gate that keeps: f of the LSTM, z of the GRU.
pub static KEEP_BIAS: Real = setting("keep_bias").real(0.0, -4.0..=8.0, &[0.0, 1.0, 2.0, 3.0, 4.0, 6.0]);
/// The threshold θ of clipping.
pub static CLIP_NORM: Real =
    setting("clip_threshold").real(1.0, 0.001..=1000.0, &[0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0]);
/// Seed of weights and inputs.
pub static GRADIENT_SEED: Integer = setting("gradient_seed").integer(1, 0..=u32::MAX);

/// The lessons that train something, or those of them that read a long text, by their ids.
const fn trained(on_long_text: bool) -> Table<&'static Lesson, { LESSONS.len() }> {
    let (mut found, mut count, mut index) = ([("", LESSONS[0]); LESSONS.len()], 0, 0);
    while index < LESSONS.len() {
        let lesson = LESSONS[index];
        if lesson.training.is_some() && (!on_long_text || lesson.long_text.is_some()) {
            found[count] = (lesson.id, lesson);
            count += 1;
        }
        index += 1;
    }
    table(found).first(count)
}

static TRAINED: Table<&Lesson, { LESSONS.len() }> = trained(false);
static ON_LONG_TEXT: Table<&Lesson, { LESSONS.len() }> = trained(true);

/// Whose gates are shown: those of any lesson that trains something.
pub static GATES_OF: Choice<&'static Lesson> = setting("gates_of").choice(TRAINED.words()[0], &TRAINED);
/// What the model of a lesson on text reads; what it wrote last where nothing stands here.
pub static PASSAGE: Text = setting("passage").only_when(GATES_OF.is(ON_LONG_TEXT.words())).text("", 160);

/// The lesson as links and the page know it.
pub static LESSON: Lesson = Lesson {
    id: "cell",
    version: 1,
    settings: &[
        &LIVE_CELL.setting,
        &LIVE_INPUT.setting,
        &LIVE_HIDDEN.setting,
        &LIVE_SEQUENCE.setting,
        &LIVE_PINS.setting,
        &LIVE_SEED.setting,
        &SHAPE_CELL.setting,
        &INPUT_SIZE.setting,
        &HIDDEN_SIZE.setting,
        &NUM_LAYERS.setting,
        &BIAS.setting,
        &BATCH_FIRST.setting,
        &DROPOUT.setting,
        &BIDIRECTIONAL.setting,
        &BATCH_SIZE.setting,
        &SEQ_LENGTH.setting,
        &USE.setting,
        &USE_SEED.setting,
        &LENGTH.setting,
        &SCALE.setting,
        &KEEP_BIAS.setting,
        &CLIP_NORM.setting,
        &GRADIENT_SEED.setting,
        &GATES_OF.setting,
        &PASSAGE.setting,
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
    takes: None,
    long_text: None,
    training: None,
};

/// The cell that is taken apart.
pub fn live_cell(form: &Form) -> Cell {
    LIVE_CELL.read(form)
}

/// The sequence that goes through it: each step has as many numbers as the cell has inputs, zeros where none stand.
///
/// # Errors
/// [`Error::BadStep`].
pub fn live_sequence(form: &Form) -> Result<Vec<Vec<f32>>, Error> {
    let size = LIVE_INPUT.read(form);
    let text = LIVE_SEQUENCE.read(form);
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
        let fits = cell.is_sigmoid(gate) && (1..=LIVE_HIDDEN.read(form)).contains(&unit);
        fits.then(|| Pin { gate, unit: unit.saturating_sub(1), open })
    };
    let mut pins: Vec<Pin> = Vec::new();
    for pin in LIVE_PINS.read(form).split_whitespace().filter_map(read) {
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
        hidden_size: LIVE_HIDDEN.read(form),
        seed: LIVE_SEED.seed(form),
        x: live_sequence(form)?,
        pins: live_pins(form),
    }))
}

/// The module whose shapes are shown.
pub fn module(form: &Form) -> RecurrentConfig {
    RecurrentConfig {
        cell: SHAPE_CELL.read(form),
        input_size: INPUT_SIZE.read(form),
        hidden_size: HIDDEN_SIZE.read(form),
        num_layers: NUM_LAYERS.read(form),
        bias: BIAS.read(form),
        batch_first: BATCH_FIRST.read(form),
        dropout: DROPOUT.read(form),
        bidirectional: BIDIRECTIONAL.read(form),
    }
}

/// Sequences side by side, and the steps of each.
pub fn batch(form: &Form) -> (usize, usize) {
    (BATCH_SIZE.read(form), SEQ_LENGTH.read(form))
}

/// What is asked about the module.
pub fn shapes_question(form: &Form) -> Question {
    let (batch_size, seq_length) = batch(form);
    Question::Shapes(ShapesQuestion { module: module(form), batch_size, seq_length })
}

/// The arrangement that is shown.
pub fn arrangement(form: &Form) -> Use {
    USE.read(form)
}

/// What has a small model practise it.
pub fn practise_question(form: &Form) -> Question {
    Question::Practise { arrangement: arrangement(form), seed: USE_SEED.seed(form) }
}

/// What is asked about gradients through time.
pub fn gradients_question(form: &Form) -> Question {
    Question::Gradients(GradientsQuestion {
        length: LENGTH.read(form),
        scale: SCALE.read(form),
        keep_bias: KEEP_BIAS.read(form),
        clip_norm: CLIP_NORM.read(form),
        seed: GRADIENT_SEED.seed(form),
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
