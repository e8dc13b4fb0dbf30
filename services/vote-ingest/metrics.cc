#include "services/vote-ingest/metrics.h"

#include "common/base/errors.h"

namespace arena::vote_ingest {
namespace {

const char* NameOf(Choice choice) {
  switch (choice) {
    case Choice::kLeft:
      return "left";
    case Choice::kRight:
      return "right";
    case Choice::kTie:
      return "tie";
    case Choice::kBothBad:
      return "both_bad";
  }
  return "unknown";
}

const char* NameOf(UnratedReason reason) {
  switch (reason) {
    case UnratedReason::kNotAnonymous:
      return "not_anonymous";
    case UnratedReason::kAfterReveal:
      return "after_reveal";
    case UnratedReason::kReplyIncomplete:
      return "reply_incomplete";
    case UnratedReason::kIdentityShown:
      return "identity_shown";
    case UnratedReason::kFlagged:
      return "flagged";
    case UnratedReason::kFrequentPrompt:
      return "frequent_prompt";
  }
  return "unknown";
}

}  // namespace

Metrics::Metrics(metrics::Registry& registry)
    : replayed_(registry.AddCounter("arena_vote_ingest_replays_total",
                                    "Repeated calls answered with the first receipt.")),
      refused_(registry.AddCounters("arena_vote_ingest_refusals_total", "Votes refused, by reason.",
                                    {"reason"})),
      group_rows_(registry.AddHistogram("arena_vote_ingest_group_votes",
                                        "Votes committed together.", metrics::SizeBuckets())),
      commit_seconds_(registry.AddHistogram("arena_vote_ingest_commit_seconds",
                                            "Time to decide on a group and commit it.")) {
  const auto accepted = registry.AddCounters(
      "arena_vote_ingest_votes_total", "Votes appended to the log, by choice and whether rated.",
      {"choice", "rated"});
  for (const Choice choice : {Choice::kLeft, Choice::kRight, Choice::kTie, Choice::kBothBad}) {
    auto& counters = accepted_.at(static_cast<size_t>(choice));
    counters = {&accepted.With({NameOf(choice), "false"}),
                &accepted.With({NameOf(choice), "true"})};
  }
  const auto unrated = registry.AddCounters(
      "arena_vote_ingest_unrated_votes_total",
      "Votes appended to the log unrated, by reason; a vote may have several.", {"reason"});
  for (size_t number = 1; number < unrated_.size(); ++number) {
    unrated_.at(number) = &unrated.With({NameOf(static_cast<UnratedReason>(number))});
  }
}

void Metrics::Answered(Choice choice, const absl::StatusOr<Receipt>& receipt) {
  if (!receipt.ok()) {
    const std::string reason = ReasonOf(receipt.status());
    refused_.With({reason.empty() ? "INTERNAL" : reason}).Increment();
  } else if (receipt->is_replay) {
    replayed_.Increment();
  } else {
    accepted_.at(static_cast<size_t>(choice)).at(receipt->reasons.empty() ? 1 : 0)->Increment();
    for (const UnratedReason reason : receipt->reasons) {
      unrated_.at(static_cast<size_t>(reason))->Increment();
    }
  }
}

void Metrics::Committed(size_t ballots, absl::Duration elapsed) {
  group_rows_.Observe(static_cast<double>(ballots));
  commit_seconds_.Observe(absl::ToDoubleSeconds(elapsed));
}

}  // namespace arena::vote_ingest
