//! What does not arrive: an engine's program, a text, an answer about the GPU. What was begun waits, and can be tried again.

use unroll::Error;
use unroll::protocol::{Engine, RunId};

use super::engine::Measuring;
use super::runs::Then;
use super::{Effect, EngineChoice, Notice, Phase, Reason, State};

impl EngineChoice {
    /// Why there is no adapter.
    pub(super) fn without_adapter(&self) -> Reason {
        if self.adapter_is_silent { Reason::WebgpuSilent } else { Reason::NoWebgpu }
    }
}

impl State {
    /// An engine's program can't be had. WebGPU's gives way to the CPU's; without that one the run waits.
    pub(super) fn engine_missing(&mut self, engine: Engine, error: Error) -> Vec<Effect> {
        let mut effects = vec![Effect::Retire(engine)];
        match engine {
            Engine::Webgpu => effects.extend(self.webgpu_missing(&error)),
            Engine::Cpu if self.engine.active == Some(engine) => effects.extend(self.stall(&error)),
            // It was fetched ahead, and nobody waits for it.
            Engine::Cpu => {}
        }
        effects
    }

    fn webgpu_missing(&mut self, error: &Error) -> Vec<Effect> {
        self.engine.webgpu_missing = true;
        let is_measured = self.measuring == Some(Measuring::Engine(Engine::Webgpu));
        if !is_measured && self.engine.active != Some(Engine::Webgpu) {
            return Vec::new();
        }
        self.notify(match error {
            Error::EngineOffline => Notice::new("notice.webgpu_not_kept", []),
            Error::PageReplaced => Notice::from(error),
            _ => Notice::new("notice.webgpu_missing", []),
        });
        if is_measured {
            self.engine.reason = Reason::WebgpuMissing;
            return self.ready_to_follow();
        }
        self.engine.held = None;
        self.reopen()
    }

    /// The browser does not say whether there is an adapter: from now on there is none.
    pub(super) fn adapter_silent(&mut self) -> Vec<Effect> {
        self.engine.adapter_is_silent = true;
        self.adapter_found(false)
    }

    /// The WebGPU engine does not get here, or not on. The CPU's begins; the next run may have the other.
    pub(super) fn measuring_is_late(&mut self, run: RunId) -> Vec<Effect> {
        if self.current != Some(run) || self.measuring != Some(Measuring::Engine(Engine::Webgpu)) {
            return Vec::new();
        }
        self.engine.reason = Reason::WebgpuLate;
        self.ready_to_follow()
    }

    /// Something that the run being built needs can't be had: the run waits as it is.
    pub(super) fn stall(&mut self, error: &Error) -> Vec<Effect> {
        let (Some(run), Some(opening)) = (self.current, self.opening.take()) else { return Vec::new() };
        self.stalled = Some((run, opening));
        self.comparison = None;
        self.measuring = None;
        self.clock = None;
        self.engine.held = None;
        self.phase = Phase::Failed;
        self.notify(Notice::from(error));
        Vec::new()
    }

    /// Does the current run wait for something that did not arrive?
    pub fn is_stalled(&self) -> bool {
        let is_current = |(run, _): &(RunId, _)| Some(*run) == self.current;
        self.phase == Phase::Failed && self.stalled.as_ref().is_some_and(is_current)
    }

    /// Builds the run that waits; `plays` if it is to be trained then.
    pub(super) fn again(&mut self, plays: bool) -> Vec<Effect> {
        if !self.is_stalled() {
            return Vec::new();
        }
        let Some((_, mut opening)) = self.stalled.take() else { return Vec::new() };
        if plays {
            opening.then = Then::Play;
        }
        self.notices.retain(|notice| !notice.is_out_of_reach());
        self.opening = Some(opening);
        self.phase = Phase::Opening;
        self.send_open()
    }
}

#[cfg(test)]
mod tests {
    use unroll::lessons::LESSONS;

    use super::super::tests::{at, opened};
    use super::super::{Language, Msg, Theme};
    use super::*;
    use crate::messages::{Command, Event, Origin};

    fn state(address: &str) -> State {
        let mut state = State::new(LESSONS[0], Language::En, Theme::System);
        state.update(at(address));
        state
    }

    /// The engine and the run of the command that builds one.
    fn opened_in(effects: &[Effect]) -> Option<(Engine, RunId, Origin)> {
        effects.iter().find_map(|effect| match effect {
            Effect::Send(engine, Command::Open { run, origin, .. }) => Some((*engine, *run, origin.clone())),
            _ => None,
        })
    }

    fn keys(state: &State) -> Vec<&str> {
        state.notices.iter().map(|notice| notice.key.as_str()).collect()
    }

    fn hear(state: &mut State, event: Event) -> Vec<Effect> {
        state.update(Msg::Engine { engine: Engine::Cpu, event, at: 0.0 })
    }

    /// A large model on Auto, whose run stands in the CPU engine and is about to be measured in the other.
    fn measuring() -> (State, RunId) {
        let mut state = state("#/airline?hidden_size=256");
        state.update(Msg::Adapter(true));
        let (_, run, _) = opened_in(&state.update(Msg::PlayPause)).unwrap();
        hear(&mut state, opened(run, 1e9, 0));
        let effects = hear(&mut state, Event::Measured { run, engine: Engine::Cpu, steps_per_s: 10.0 });
        assert!(matches!(effects[0], Effect::Send(Engine::Webgpu, Command::Measure { .. })));
        assert_eq!(effects[1], Effect::LimitMeasuring(run));
        (state, run)
    }

    #[test]
    fn an_engine_that_does_not_arrive_is_named_and_asked_for_again_with_what_was_begun() {
        for error in [
            Error::EngineOffline,
            Error::PageReplaced,
            Error::EngineBlocked { address: "./engine_cpu_loader.js".into() },
        ] {
            let mut state = state("#/airline?w=f16.xxxx");
            let (_, run, origin) = match state.opening.clone() {
                Some(opening) => (Engine::Cpu, state.current.unwrap(), opening.origin),
                None => opened_in(&state.update(Msg::PlayPause)).unwrap(),
            };
            let effects = state.update(Msg::EngineMissing { engine: Engine::Cpu, error: error.clone() });
            assert_eq!(effects, [Effect::Retire(Engine::Cpu)]);
            assert!(state.is_stalled() && state.phase == Phase::Failed);
            assert!(keys(&state).contains(&error.key().as_str()), "{:?}", keys(&state));
            let again = opened_in(&state.update(Msg::Again));
            assert_eq!(again, Some((Engine::Cpu, run, origin)), "from where it was to begin");
            assert!(!keys(&state).contains(&error.key().as_str()), "what is tried again is said no longer");
            assert_eq!(state.phase, Phase::Opening);
        }
    }

    #[test]
    fn play_tries_again_and_trains() {
        let mut state = state("#/airline");
        let (_, run, _) = opened_in(&state.update(Msg::PlayPause)).unwrap();
        state.update(Msg::PlayPause);
        state.update(Msg::EngineMissing { engine: Engine::Cpu, error: Error::EngineOffline });
        assert_eq!(opened_in(&state.update(Msg::PlayPause)).unwrap().1, run);
        let effects = hear(&mut state, opened(run, 1.0, 0));
        assert_eq!(effects, [Effect::Send(Engine::Cpu, Command::Start { run })]);
    }

    #[test]
    fn one_that_was_fetched_ahead_stays_unsaid() {
        let mut state = state("#/airline");
        assert_eq!(state.update(Msg::Warm), [Effect::Warm(Engine::Cpu)]);
        state.update(Msg::EngineMissing { engine: Engine::Cpu, error: Error::EngineOffline });
        assert!(keys(&state).is_empty() && !state.is_stalled());
    }

    #[test]
    fn without_the_webgpu_engine_auto_trains_on_the_cpu_at_once_with_a_word() {
        let (mut state, run) = measuring();
        let effects =
            state.update(Msg::EngineMissing { engine: Engine::Webgpu, error: Error::EngineOffline });
        assert!(effects.contains(&Effect::Send(Engine::Cpu, Command::Start { run })), "{effects:?}");
        assert_eq!(keys(&state), ["notice.webgpu_not_kept"]);
        assert_eq!((state.phase, state.engine.reason), (Phase::Training, Reason::WebgpuMissing));
    }

    #[test]
    fn a_pinned_webgpu_that_does_not_arrive_gives_way_and_is_asked_for_the_next_time() {
        let mut state = state("#/airline?backend=webgpu");
        state.update(Msg::Adapter(true));
        let effects = state.update(Msg::PlayPause);
        assert_eq!(opened_in(&effects).unwrap().0, Engine::Webgpu);
        let error = Error::EngineBlocked { address: "./engine_webgpu_loader.js".into() };
        let effects = state.update(Msg::EngineMissing { engine: Engine::Webgpu, error });
        let (engine, run, _) = opened_in(&effects).unwrap();
        assert_eq!((engine, keys(&state)), (Engine::Cpu, vec!["notice.webgpu_missing"]));
        let effects = hear(&mut state, opened(run, 1e9, 0));
        assert_eq!(effects, [Effect::Send(Engine::Cpu, Command::Start { run })]);
        hear(&mut state, Event::Finished { run, metrics: Default::default() });
        assert_eq!(opened_in(&state.update(Msg::Anew)).unwrap().0, Engine::Webgpu);
    }

    #[test]
    fn who_waits_for_long_trains_on_the_cpu() {
        let (mut state, run) = measuring();
        let effects = state.update(Msg::MeasuringIsLate(run));
        assert_eq!(effects, [Effect::Send(Engine::Cpu, Command::Start { run })]);
        assert_eq!(state.engine.reason, Reason::WebgpuLate);
        // What comes later changes nothing, nor does a limit that has been met.
        let late = Event::Measured { run, engine: Engine::Webgpu, steps_per_s: 99.0 };
        assert_eq!(state.update(Msg::Engine { engine: Engine::Webgpu, event: late, at: 1.0 }), []);
        assert_eq!(state.update(Msg::MeasuringIsLate(run)), []);
    }

    #[test]
    fn an_adapter_that_never_answers_is_none() {
        let mut state = state("#/airline?backend=webgpu");
        let effects = state.update(Msg::PlayPause);
        assert_eq!(effects, [Effect::FindAdapter]);
        assert_eq!(opened_in(&state.update(Msg::AdapterSilent)).unwrap().0, Engine::Cpu);
        assert_eq!(keys(&state), ["notice.webgpu_unavailable"]);
        assert_eq!(state.engine.reason, Reason::WebgpuSilent);
    }
}
