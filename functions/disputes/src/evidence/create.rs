//! `POST /v1/disputes/{dispute_id}/evidence`: gives the bank evidence about the sale. It is sent to the provider at once.

use crate::view::{DisputeView, seen};
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_disputes::{DisputeStatus, Evidence, MOST_EVIDENCE};
use tradewind_kernel::{UploadId, text::Lines};
use tradewind_lambda::{App, Endpoint, Grant, OfDispute, Problem, Reply, Request, User};
use tradewind_media::{UploadPurpose, keys as media_keys};
use tradewind_payments::ProviderTask;

pub const ENDPOINT: Endpoint =
    Endpoint::post("disputes-evidence-create", "/v1/disputes/{dispute_id}/evidence", "Gives evidence for a dispute.")
        .success(201)
        .edits()
        .refusals(&[&["dispute_closed", "too_much_evidence"]])
        .live()
        .always()
        .grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite]);

/// Evidence for the bank.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct GiveEvidence {
    /// The explanation: 1 to 5000 characters.
    #[garde(skip)]
    text: Lines<1, 5_000>,
    /// Files that the caller uploaded for the purpose `evidence`: at most 5.
    #[serde(default)]
    #[garde(length(max = 5))]
    uploads: Vec<UploadId>,
}

pub async fn handle(app: App, request: Request<User, GiveEvidence, OfDispute>) -> Result<Reply<DisputeView>, Problem> {
    let (mut dispute, by) = seen(&app, &request).await?;
    request.check_version(dispute.version)?;
    match dispute.status {
        DisputeStatus::Open => {}
        DisputeStatus::Won | DisputeStatus::Lost => {
            return Err(Problem::conflict("dispute_closed", "The bank has decided; it takes no evidence any more."));
        }
    }
    if dispute.evidence.len() >= MOST_EVIDENCE {
        let detail = format!("A dispute takes at most {MOST_EVIDENCE} pieces of evidence.");
        return Err(Problem::conflict("too_much_evidence", detail));
    }
    let GiveEvidence { text, uploads } = request.body.clone();
    let text = String::from(text);
    let known = app.table.get_all(uploads.iter().map(|id| media_keys::upload(request.tenant(), id)).collect()).await?;
    if let Some(place) = uploads.iter().position(|id| {
        !known.iter().any(|upload| {
            upload.id == *id && upload.user == request.caller.id && upload.purpose == UploadPurpose::Evidence
        })
    }) {
        return Err(Problem::invalid(format!("uploads[{place}]"), "You have uploaded no such file."));
    }
    let event = ProviderTask::EvidenceGiven {
        dispute: dispute.id.clone(),
        payment: dispute.payment.clone(),
        text: text.clone(),
    };
    dispute.evidence.push(Evidence { text, uploads, by, at: request.now() });
    dispute.updated_at = request.now();
    let commit = request.commit().update(&mut dispute).emit(event);
    let reply = Reply::new(DisputeView::from(&dispute)).location(format!("/v1/disputes/{}", dispute.id));
    request.finish(&app, commit, reply.etag(dispute.version)).await
}
