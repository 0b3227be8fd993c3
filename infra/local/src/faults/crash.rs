//! Crashes: a function dies at one of its calls, just before it is sent or just after it was done. The list of such points is
//! what a run without crashes made.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// A call that a function makes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Point {
    /// The function.
    pub function: &'static str,
    /// Which invocation of this function it was, from 0.
    pub invocation: u32,
    /// Which call of that invocation it was, from 0.
    pub call: u32,
    /// What was called: `TransactWriteItems`.
    pub operation: String,
}

/// On which side of a call a function dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The call is not sent.
    Before,
    /// The call is done, and nobody learns of its answer.
    After,
}

#[derive(Debug, Default)]
pub(super) struct Crashes(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Invocations of each function.
    invocations: HashMap<&'static str, u32>,
    recorded: Option<Vec<Point>>,
    armed: Option<(Point, Moment)>,
    happened: bool,
}

impl Crashes {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of an invocation that begins.
    pub(super) fn begin(&self, function: &'static str) -> u32 {
        let mut state = self.state();
        let count = state.invocations.entry(function).or_default();
        let number = *count;
        *count = number.saturating_add(1);
        number
    }

    pub(super) fn record(&self) {
        *self.state() = State { recorded: Some(vec![]), ..State::default() };
    }

    pub(super) fn recorded(&self) -> Vec<Point> {
        self.state().recorded.take().unwrap_or_default()
    }

    pub(super) fn arm(&self, point: Point, moment: Moment) {
        *self.state() = State { armed: Some((point, moment)), ..State::default() };
    }

    pub(super) fn disarm(&self) -> bool {
        let mut state = self.state();
        state.armed = None;
        std::mem::take(&mut state.happened)
    }

    /// Notes a call, and says whether its function dies at it.
    pub(super) fn meet(&self, point: &Point) -> Option<Moment> {
        let mut state = self.state();
        if let Some(recorded) = &mut state.recorded {
            recorded.push(point.clone());
        }
        let (_, moment) = state.armed.take_if(|(armed, _)| armed == point)?;
        state.happened = true;
        Some(moment)
    }
}
