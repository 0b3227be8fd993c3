//! Crashes: a function dies at one of its calls, just before the call is sent or just after it was carried out. A run without crashes
//! records the list of such points.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// A call of a function, at which it can crash.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Point {
    /// The name of the function.
    pub function: &'static str,
    /// The number of this function's invocation, from 0.
    pub invocation: u32,
    /// The number of the call within that invocation, from 0.
    pub call: u32,
    /// The operation: `TransactWriteItems`.
    pub operation: String,
}

/// Whether a function dies before or after a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The call is not sent.
    Before,
    /// The call is carried out, and its answer is lost.
    After,
}

#[derive(Debug, Default)]
pub(super) struct Crashes(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// The number of invocations of each function.
    invocations: HashMap<&'static str, u32>,
    recorded: Option<Vec<Point>>,
    armed: Option<(Point, Moment)>,
    happened: bool,
}

impl Crashes {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of an invocation that is about to begin.
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

    /// Records a call, and returns whether its function dies at it, and when.
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
