//! Inside the cell: shapes and gradients against PyTorch, every number of the live cell against its formula, and the
//! programs that the page prints against compilers.

use burn::tensor::Device;
use pollster::block_on;
use serde_json::Value;
use unroll::lessons::LESSONS;
use unroll::lessons::cell::config::{LESSON, gradients_question, steps_question};
use unroll::lessons::cell::{
    Answer, CellGradients, Question, Shapes, ShapesQuestion, Steps, StepsQuestion, Use, answer,
};
use unroll::nn::{Cell, RecurrentConfig};
use unroll::protocol::{Command, Event};
use unroll::settings::Form;
use unroll::{Error, codec};

use crate::bench::{Bench, TICK};
use crate::cell_programs::LSTM;

fn ask(question: &Question) -> Answer {
    block_on(answer(question, &Device::flex())).unwrap()
}

fn form(pairs: &[(&str, &str)]) -> Form {
    let (form, notes) = Form::read(&LESSON.all_settings(), pairs.iter().copied());
    assert_eq!(notes, []);
    form
}

fn shapes(module: RecurrentConfig, batch_size: usize, seq_length: usize) -> Shapes {
    match ask(&Question::Shapes(ShapesQuestion { module, batch_size, seq_length })) {
        Answer::Shapes(shapes) => *shapes,
        other => panic!("{other:?}"),
    }
}

#[test]
fn shapes_and_counts_equal_pytorch() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("../fixtures/cell.json")).unwrap();
    assert_eq!(cases.len(), 96);
    for case in cases {
        let size = |key: &str| case[key].as_u64().unwrap() as usize;
        let shape = |key: &str| -> Vec<usize> { serde_json::from_value(case[key].clone()).unwrap() };
        let module = RecurrentConfig {
            cell: match case["family"].as_str().unwrap() {
                "rnn" => Cell::RnnTanh,
                "lstm" => Cell::Lstm,
                "gru" => Cell::Gru,
                other => panic!("{other}"),
            },
            input_size: size("input_size"),
            hidden_size: size("hidden_size"),
            num_layers: size("num_layers"),
            bias: case["bias"].as_bool().unwrap(),
            batch_first: case["batch_first"].as_bool().unwrap(),
            dropout: case["dropout"].as_f64().unwrap(),
            bidirectional: case["bidirectional"].as_bool().unwrap(),
        };
        let (batch_size, seq_length) = (size("batch_size"), size("seq_length"));
        let printed = module.printed();
        assert_eq!(case["printed"], printed.as_str());
        let parameters: Vec<(String, Vec<usize>)> =
            serde_json::from_value(case["parameters"].clone()).unwrap();
        assert_eq!(
            module.layer_directions().flat_map(|of| module.parameters(of)).collect::<Vec<_>>(),
            parameters
        );
        assert_eq!(module.count(), size("count"), "{printed}");
        assert_eq!(module.input_shape(batch_size, seq_length).to_vec(), shape("input"), "{printed}");
        assert_eq!(module.output_shape(batch_size, seq_length).to_vec(), shape("output"), "{printed}");
        assert_eq!(module.state_shape(batch_size).to_vec(), shape("h_n"), "{printed}");
        // What the engine really computes has these shapes too.
        let ran = shapes(module, batch_size, seq_length);
        assert_eq!(ran.parameters, parameters);
        assert_eq!((ran.input, ran.output), (shape("input"), shape("output")), "{printed}");
        assert_eq!((ran.h_n, ran.c_n.is_some()), (shape("h_n"), !case["c_n"].is_null()), "{printed}");
    }
}

#[test]
fn the_last_output_is_the_last_state_of_the_top_layer_forward_and_nowhere_else() {
    let holds = |module: RecurrentConfig| -> Vec<(String, String, bool)> {
        let checks = shapes(module, 5, 4).checks;
        checks.into_iter().map(|check| (check.output, check.h_n, check.difference <= 1e-6)).collect()
    };
    let row = |output: &str, h_n: &str, holds: bool| (output.to_owned(), h_n.to_owned(), holds);
    assert_eq!(holds(LSTM), [row("output[:, -1]", "h_n[0]", true)]);
    assert_eq!(
        holds(RecurrentConfig { num_layers: 3, batch_first: false, ..LSTM }),
        [row("output[-1]", "h_n[2]", true), row("output[-1]", "h_n[0]", false)]
    );
    assert_eq!(
        holds(RecurrentConfig { bidirectional: true, cell: Cell::Gru, ..LSTM }),
        [
            row("output[:, -1, :10]", "h_n[0]", true),
            row("output[:, -1, 10:]", "h_n[1]", false),
            row("output[:, 0, 10:]", "h_n[1]", true),
        ]
    );
}

#[test]
fn a_module_that_would_take_long_is_run_in_part() {
    let large =
        RecurrentConfig { input_size: 256, hidden_size: 256, num_layers: 4, bidirectional: true, ..LSTM };
    let ran = shapes(large, 128, 128);
    assert!(ran.batch_size < 128 && ran.batch_size > 0, "{}", ran.batch_size);
    assert_eq!(ran.output, [128, 128, 512]);
}

/// Every wire of a cell once more, from its weights and in plain numbers.
fn check_steps(question: &StepsQuestion, steps: &Steps) {
    let (hidden, inputs) = (question.hidden_size, question.x[0].len());
    let gates = question.cell.gates();
    let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
    let wire = |name: &str, step: usize, unit: usize| -> f64 {
        steps.wire(name, hidden, step, unit).unwrap_or_else(|| panic!("no wire {name}")).into()
    };
    let near = |what: &str, found: f64, right: f64| {
        assert!((found - right).abs() < 2e-6 * right.abs().max(1.0), "{what}: {found} {right}");
    };
    let (mut h, mut c) = (vec![0.0f64; hidden], vec![0.0f64; hidden]);
    for (t, x) in question.x.iter().enumerate() {
        let from_input = |row: usize| -> f64 {
            let products = (0..inputs).map(|k| f64::from(steps.weight_ih[row * inputs + k] * x[k]));
            products.sum::<f64>() + f64::from(steps.bias_ih[row])
        };
        let from_state = |row: usize, h: &[f64]| -> f64 {
            let products =
                h.iter().enumerate().map(|(k, h)| f64::from(steps.weight_hh[row * hidden + k]) * h);
            products.sum::<f64>() + f64::from(steps.bias_hh[row])
        };
        let before = h.clone();
        let r: Vec<f64> =
            (0..hidden).map(|unit| sigmoid(from_input(unit) + from_state(unit, &before))).collect();
        for unit in 0..hidden {
            let sum = |gate: usize| {
                let row = gate * hidden + unit;
                let is_candidate = gate == 2;
                from_input(row)
                    + match question.cell {
                        Cell::Gru if is_candidate => r[unit] * from_state(row, &before),
                        Cell::GruResetBefore if is_candidate => {
                            let reset: Vec<f64> = before.iter().zip(&r).map(|(h, r)| h * r).collect();
                            from_state(row, &reset)
                        }
                        _ => from_state(row, &before),
                    }
            };
            for gate in 0..gates {
                near("sum", steps.sums[t * gates * hidden + gate * hidden + unit].into(), sum(gate));
            }
            h[unit] = match question.cell {
                Cell::RnnTanh => sum(0).tanh(),
                Cell::RnnRelu => sum(0).max(0.0),
                Cell::Lstm | Cell::LstmConcatenated => {
                    let (i, f, g, o) = (sigmoid(sum(0)), sigmoid(sum(1)), sum(2).tanh(), sigmoid(sum(3)));
                    for (name, right) in [("i", i), ("f", f), ("g", g), ("o", o)] {
                        near(name, wire(name, t, unit), right);
                    }
                    near("f*c", wire("f*c", t, unit), f * c[unit]);
                    near("i*g", wire("i*g", t, unit), i * g);
                    c[unit] = f * c[unit] + i * g;
                    near("c", wire("c", t, unit), c[unit]);
                    near("tanh(c)", wire("tanh(c)", t, unit), c[unit].tanh());
                    o * c[unit].tanh()
                }
                Cell::Gru | Cell::GruResetBefore => {
                    let (z, n) = (sigmoid(sum(1)), sum(2).tanh());
                    for (name, right) in [("r", r[unit]), ("z", z), ("n", n)] {
                        near(name, wire(name, t, unit), right);
                    }
                    if question.cell == Cell::Gru {
                        near("hn", wire("hn", t, unit), from_state(2 * hidden + unit, &before));
                        near("r*hn", wire("r*hn", t, unit), r[unit] * from_state(2 * hidden + unit, &before));
                    } else {
                        near("r*h", wire("r*h", t, unit), r[unit] * before[unit]);
                    }
                    near("z*h", wire("z*h", t, unit), z * before[unit]);
                    near("(1-z)*n", wire("(1-z)*n", t, unit), (1.0 - z) * n);
                    (1.0 - z) * n + z * before[unit]
                }
            };
        }
        for (unit, h) in h.iter().enumerate() {
            near("h", wire("h", t, unit), *h);
        }
    }
}

fn steps(form: &Form) -> (StepsQuestion, Steps) {
    let question = steps_question(form).unwrap();
    match (&question, ask(&question)) {
        (Question::Steps(question), Answer::Steps(steps)) => (question.clone(), *steps),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_number_of_the_live_cell_follows_from_its_formula() {
    for cell in ["rnn_tanh", "rnn_relu", "lstm", "gru", "gru_reset_before"] {
        for (hidden, input, sequence) in
            [("3", "2", "1 0; 0 1; -1 0.5; 0 0; 2 -2"), ("1", "1", "1"), ("4", "3", "0 1 2; 3")]
        {
            let pairs = [
                ("live_cell", cell),
                ("live_hidden", hidden),
                ("live_input", input),
                ("live_sequence", sequence),
                ("live_seed", "7"),
            ];
            let (question, steps) = steps(&form(&pairs));
            assert_eq!(question.x.len(), sequence.split(';').count());
            check_steps(&question, &steps);
        }
    }
}

#[test]
fn a_held_gate_is_open_or_shut_and_the_rest_follows() {
    let (question, steps) =
        steps(&form(&[("live_pins", "f1+ i1- o2- f3+"), ("live_sequence", "1 1; 2 0; 0 3; 1 1")]));
    check_steps(&question, &steps);
    for step in 0..4 {
        let wire = |name: &str, unit: usize| steps.wire(name, 3, step, unit).unwrap();
        assert_eq!((wire("f", 0), wire("i", 0), wire("o", 1), wire("f", 2)), (1.0, 0.0, 0.0, 1.0));
        // Kept, and nothing written: c stays what it was at the beginning.
        assert_eq!((wire("c", 0), wire("h", 1)), (0.0, 0.0));
        assert!(wire("c", 2) != 0.0);
    }
}

#[test]
fn both_forms_of_an_lstm_are_one_function() {
    let (_, steps) = steps(&form(&[("live_hidden", "4"), ("live_input", "3")]));
    let joined = steps.concatenated.unwrap();
    assert!(joined.difference < 1e-6, "{}", joined.difference);
    assert_eq!(joined.parameters, 4 * (4 * 4 + 3 * 4 + 4));
    assert_eq!(joined.split_parameters, joined.parameters + 4 * 4);
    let gru = form(&[("live_cell", "gru")]);
    assert_eq!(self::steps(&gru).1.concatenated, None);
}

fn gradients(pairs: &[(&str, &str)]) -> Vec<CellGradients> {
    match ask(&gradients_question(&form(pairs))) {
        Answer::Gradients(gradients) => gradients,
        other => panic!("{other:?}"),
    }
}

#[test]
fn gradients_vanish_stay_and_explode_as_the_lesson_says() {
    let ratio =
        |gradients: &CellGradients| gradients.hidden[0] / gradients.hidden[gradients.hidden.len() - 1];
    let plain = gradients(&[]);
    let cells: Vec<Cell> = plain.iter().map(|gradients| gradients.cell).collect();
    assert_eq!(cells, [Cell::RnnTanh, Cell::RnnRelu, Cell::Lstm, Cell::Gru]);
    assert!(plain.iter().all(|gradients| gradients.hidden.len() == 30 && ratio(gradients) < 1e-3));
    let keeping = gradients(&[("keep_bias", "4"), ("time_steps", "60")]);
    let kept = keeping[2].kept.as_ref().unwrap();
    assert!(kept[0] / kept[58] > 0.1, "{kept:?}");
    assert!(ratio(&keeping[3]) > 0.1 && ratio(&keeping[0]) < 1e-6);
    let exploding = gradients(&[("weight_scale", "4"), ("time_steps", "60")]);
    assert!(ratio(&exploding[1]) > 1e6, "{}", ratio(&exploding[1]));
    // Clipping changes the length, and only where it is too long.
    // Beyond 1e18 the sum of squares overflows in single precision.
    for gradients in plain.iter().chain(&exploding).filter(|gradients| gradients.norm < 1e18) {
        let whole = gradients.parts[0].hypot(gradients.parts[1]);
        assert!((whole - gradients.norm).abs() <= 1e-5 * gradients.norm);
        assert!((gradients.clipped - gradients.norm.min(1.0)).abs() < 1e-3, "{gradients:?}");
    }
}

#[test]
fn what_overflows_is_said_to_be_infinite() {
    let all = gradients(&[("weight_scale", "5"), ("time_steps", "120")]);
    assert_eq!(all[1].norm, f64::INFINITY);
    assert!(all[1].hidden.iter().all(|norm| !norm.is_nan()));
    assert!(all.iter().all(|gradients| !gradients.loss.is_nan() && !gradients.clipped.is_nan()));
}

#[test]
fn the_spectral_radius_is_that_of_the_weights_that_are_used() {
    let radii = |scale: &'static str| gradients(&[("weight_scale", scale)]).remove(0).radii[0];
    assert!((radii("2") / radii("1") - 2.0).abs() < 1e-4);
}

#[test]
fn a_question_is_answered_while_no_run_is_open() {
    let mut bench = Bench::new(TICK);
    let question = Question::Practise { arrangement: Use::OneToOne, seed: 1 };
    let ask = |request, question: &Question| Command::Ask {
        request,
        lesson: LESSON.id.into(),
        question: codec::encode(question),
    };
    let events = bench.send(ask(7, &question));
    let [Event::Answered { request: 7, outcome: Ok(answer) }] = events else { panic!("{events:?}") };
    assert!(matches!(codec::decode(answer), Ok(Answer::Practised(_))));
    let (arrangement, input) = (Use::OneToOne, vec![0.5]);
    let question = Question::Work { arrangement, weights: vec![1.0], input };
    let events = bench.send(ask(8, &question));
    let refused = Err(Error::WeightsMismatch { found: 1, expected: 929 });
    assert_eq!(events, [Event::Answered { request: 8, outcome: refused }]);
    // What is no question, and a lesson that answers none, are told.
    let nonsense = Command::Ask { request: 9, lesson: LESSON.id.into(), question: vec![99] };
    let damaged =
        |event: &Event| matches!(event, Event::Answered { outcome: Err(Error::MessageDamaged { .. }), .. });
    assert!(damaged(&bench.send(nonsense)[0]));
    let silent = Command::Ask { request: 10, lesson: LESSONS[0].id.into(), question: Vec::new() };
    let unknown =
        |event: &Event| matches!(event, Event::Answered { outcome: Err(Error::UnknownLesson { .. }), .. });
    assert!(unknown(&bench.send(silent)[0]));
}
