//! The list of an area's functions, and the `main` of a binary.

/// Lists an area's functions, once, in its `lib.rs`. It generates `functions()`, which returns all of them, and in the module
/// `function` one constructor for each, under the path of its file: a binary that calls only that one links no other.
///
/// A function is a file with its declaration and `handle`. Endpoints are grouped by resource and declare an `ENDPOINT`, consumers of
/// queues a `CONSUMER`, jobs of schedules a `JOB`. Functions that exist once in the product, at the gateway or at the table's stream,
/// build their [`Function`](crate::Function) themselves.
#[macro_export]
macro_rules! functions {
    (
        $(endpoints { $($resource:ident { $($operation:ident),+ })+ })?
        $(consumers { $($consumer:ident),+ })?
        $(jobs { $($job:ident),+ })?
        $(gateway { $($gateway:ident),+ })?
        $(streams { $($stream:ident),+ })?
    ) => {
        /// Every function of this area.
        pub fn functions() -> Vec<$crate::Function> {
            vec![
                $($($(function::$resource::$operation(),)+)+)?
                $($(function::consumers::$consumer(),)+)?
                $($(function::jobs::$job(),)+)?
                $($(function::gateway::$gateway(),)+)?
                $($(function::streams::$stream(),)+)?
            ]
        }

        /// One constructor for each function.
        #[allow(missing_docs, reason = "each is told of at the head of its file")]
        pub mod function {
            $($(pub mod $resource {
                $(pub fn $operation() -> $crate::Function {
                    use super::super::$resource::$operation::{ENDPOINT, handle};
                    $crate::Route::new(ENDPOINT, handle).into()
                })+
            })+)?
            $(pub mod consumers {
                $(pub fn $consumer() -> $crate::Function {
                    use super::super::consumers::$consumer::{CONSUMER, handle};
                    $crate::QueueTrigger::new(CONSUMER, handle).into()
                })+
            })?
            $(pub mod jobs {
                $(pub fn $job() -> $crate::Function {
                    use super::super::jobs::$job::{JOB, handle};
                    $crate::ScheduleTrigger::new(JOB, handle).into()
                })+
            })?
            $(pub mod gateway { $(pub use super::super::gateway::$gateway::function as $gateway;)+ })?
            $(pub mod streams { $(pub use super::super::streams::$stream::function as $stream;)+ })?
        }
    };
}

/// The `main` of a function's binary.
#[macro_export]
macro_rules! main {
    ($function:path) => {
        fn main() -> Result<(), Box<dyn ::std::error::Error + Send + Sync>> {
            $crate::serve($function())
        }
    };
}
