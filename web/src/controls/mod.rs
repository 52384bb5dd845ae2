//! What a run is driven with: the bar of buttons, the settings, the keyboard.

mod field;
mod form;
mod help;
mod keyboard;
mod run_bar;
mod scrubber;
mod settings;
mod slider;

pub use field::Field;
pub use form::{FormInHand, use_form};
pub use help::Help;
pub use keyboard::listen;
pub use run_bar::{RunBar, RunEnd, pace_text};
pub use scrubber::Scrubber;
pub use settings::{PresetButtons, SettingsPanel};
pub use slider::Slider;
