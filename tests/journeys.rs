//! Journeys across services, on every database: what people of the field do, from the first row to the last answer.

mod apart;
mod batches;
mod belonging;
mod browser;
mod canary;
mod delivery;
mod difference;
mod doctor;
mod document;
mod faulty_delivery;
mod handed_in_again;
mod history;
mod identity;
mod identity_provider;
mod installed;
mod matrix;
mod naive;
mod objecting;
mod pack_line;
mod packs;
mod personal_data;
mod plans;
mod program;
mod provinces;
mod proxied;
mod quiet_log;
mod recognition;
mod refusals;
mod repeating;
mod replicas;
mod reviewed;
mod row_security;
mod signing_in;
mod simulated;
mod stage;
mod tokens;
mod told;
mod two_people;
mod verification;
mod verified_list;
mod what_if;

/// Makes two tests of every journey: one on SQLite, one on PostgreSQL.
macro_rules! on_both {
    ($($journey:ident,)+) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $journey() {
                    super::$journey(testkit::Place::sqlite()).await;
                }
            )+
        }

        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $journey() {
                    super::$journey(testkit::Place::postgres().await).await;
                }
            )+
        }
    };
}

use on_both;
