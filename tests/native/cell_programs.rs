//! The programs that the page prints stand as files in `fixtures/cell_code`: those in Rust are compiled and run here,
//! those in Python by `fixtures/cell.py`. With `UNROLL_WRITE_PROGRAMS` set they are written anew.

use std::path::Path;

use unroll::lessons::cell::{burn_code, pytorch_code};
use unroll::nn::{Cell, RecurrentConfig};

/// The book's.
pub const LSTM: RecurrentConfig = RecurrentConfig::new(Cell::Lstm, 12, 10);

macro_rules! programs {
    ($($name:ident: $module:expr, $batch_size:expr, $seq_length:expr;)*) => {
        $(
            #[allow(unused_mut)]
            mod $name {
                include!(concat!("../fixtures/cell_code/", stringify!($name), ".rs"));

                #[test]
                fn it_runs() {
                    main();
                }
            }
        )*

        #[test]
        fn the_page_prints_what_is_compiled_here() {
            $(
                let (module, batch_size, seq_length): (RecurrentConfig, usize, usize) = ($module, $batch_size, $seq_length);
                check(stringify!($name), "rs", &burn_code(&module, batch_size, seq_length));
                check(stringify!($name), "py", &pytorch_code(&module, batch_size, seq_length));
            )*
        }
    };
}

programs! {
    lstm: LSTM, 32, 4;
    lstm_deep: RecurrentConfig { num_layers: 3, dropout: 0.2, ..LSTM }, 1, 4;
    lstm_both: RecurrentConfig { bidirectional: true, batch_first: false, num_layers: 2, ..LSTM }, 5, 4;
    gru: RecurrentConfig { cell: Cell::Gru, batch_first: false, ..LSTM }, 3, 4;
    gru_both: RecurrentConfig { cell: Cell::Gru, bidirectional: true, bias: false, ..LSTM }, 32, 4;
    gru_deep: RecurrentConfig { cell: Cell::Gru, num_layers: 2, dropout: 0.5, ..LSTM }, 3, 4;
    rnn: RecurrentConfig { cell: Cell::RnnTanh, batch_first: false, num_layers: 2, dropout: 0.1, ..LSTM }, 3, 4;
    rnn_both: RecurrentConfig { cell: Cell::RnnTanh, bidirectional: true, ..LSTM }, 3, 4;
}

fn check(name: &str, ending: &str, printed: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/cell_code")
        .join(format!("{name}.{ending}"));
    if std::env::var_os("UNROLL_WRITE_PROGRAMS").is_some() {
        std::fs::write(&path, printed).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), printed, "{}", path.display());
}
