#include "services/vote-ingest/storage/memory_vote_store.h"

#include <algorithm>
#include <utility>

#include "common/base/errors.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "services/vote-ingest/core/errors.h"

namespace arena::vote_ingest {

void MemoryVoteStore::AddBattle(const BattleView& battle, const std::string& prompt) {
  absl::MutexLock lock(&mutex_);
  battles_[battle.id] = battle;
  prompts_[battle.id] = prompt;
}

void MemoryVoteStore::AddModel(const ModelRef& model, bool may_be_named) {
  absl::MutexLock lock(&mutex_);
  models_[model.name] = model.id;
  if (!may_be_named) unnamed_.insert(model.id);
}

absl::StatusOr<std::vector<std::optional<BattleView>>> MemoryVoteStore::LoadBattles(
    absl::Span<const BattleId> ids, bool with_votes) {
  absl::MutexLock lock(&mutex_);
  std::vector<std::optional<BattleView>> battles;
  for (const BattleId& id : ids) {
    const auto found = battles_.find(id);
    battles.push_back(found == battles_.end() ? std::nullopt : std::optional(found->second));
    if (!with_votes || !battles.back().has_value()) continue;
    for (const LogEntry& entry : log_) {
      if (entry.kind != VoteKind::kVote || entry.vote.battle_id != id) continue;
      battles.back()->votes.push_back({.turn = entry.vote.turn,
                                       .choice = entry.vote.choice,
                                       .position = entry.position,
                                       .reasons = entry.vote.reasons});
    }
  }
  return battles;
}

absl::StatusOr<std::vector<std::optional<Appended>>> MemoryVoteStore::Append(
    absl::Span<const NewVote> votes) {
  absl::MutexLock lock(&mutex_);
  std::vector<std::optional<Appended>> appended;
  for (const NewVote& vote : votes) {
    const bool is_claimed = claims_.contains({vote.battle_id, vote.turn}) ||
                            (vote.is_first && first_claims_.contains(vote.battle_id));
    if (is_claimed) {
      appended.push_back(std::nullopt);
      continue;
    }
    claims_.insert({vote.battle_id, vote.turn});
    if (vote.is_first) first_claims_.insert(vote.battle_id);
    const auto position = static_cast<int64_t>(log_.size()) + 1;
    log_.push_back({.position = position, .vote = vote, .time = clock_.Now()});
    const bool is_beyond_cap = IsBeyondCap(vote);
    if (is_beyond_cap) log_.back().vote.reasons = {UnratedReason::kFrequentPrompt};
    appended.push_back(Appended{.position = position, .is_beyond_cap = is_beyond_cap});
  }
  return appended;
}

bool MemoryVoteStore::IsBeyondCap(const NewVote& vote) {
  const auto prompt = prompts_.find(vote.battle_id);
  if (prompt_vote_cap_ == 0 || !vote.reasons.empty() || prompt == prompts_.end()) return false;
  int64_t& rated = prompt_votes_[prompt->second];
  if (rated >= prompt_vote_cap_) return true;
  ++rated;
  return false;
}

absl::StatusOr<Amended> MemoryVoteStore::Amend(const Amendment& amendment) {
  absl::MutexLock lock(&mutex_);
  const auto request = std::make_tuple(amendment.caller, amendment.kind, amendment.request_id);
  if (const auto earlier = requests_.find(request); earlier != requests_.end()) {
    if (earlier->second.digest != amendment.request_digest) return RequestIdReused();
    return earlier->second.answer;
  }
  ARENA_RETURN_IF_ERROR(Check(amendment));
  Amended amended{.next_position = amendment.next_position};
  for (size_t i = 0; i < amendment.positions.size(); ++i) {
    if (IsSettled(known_[amendment.positions[i]].state, amendment)) {
      ++amended.skipped;
      continue;
    }
    AppendAbout(amendment, i);
    amended.last_position = log_.back().position;
    if (amended.appended++ == 0) amended.first_position = amended.last_position;
  }
  requests_[request] = {amendment.request_digest, amended};
  return amended;
}

absl::Status MemoryVoteStore::Check(const Amendment& amendment) {
  std::vector<int64_t> ascending = amendment.positions;
  std::sort(ascending.begin(), ascending.end());
  for (const int64_t position : ascending) {
    const bool is_there = position >= 1 && position <= static_cast<int64_t>(log_.size());
    if (!is_there || log_[static_cast<size_t>(position) - 1].kind != VoteKind::kVote) {
      return VoteNotFound(position);
    }
  }
  for (const int64_t position : ascending) {
    if (!amendment.skip_settled && IsSettled(known_[position].state, amendment)) {
      return VoteSettled(amendment.kind, position);
    }
  }
  return absl::OkStatus();
}

void MemoryVoteStore::AppendAbout(const Amendment& amendment, size_t index) {
  const int64_t target = amendment.positions[index];
  LogEntry entry = log_[static_cast<size_t>(target) - 1];
  Known& known = known_[target];
  entry.position = static_cast<int64_t>(log_.size()) + 1;
  entry.kind = amendment.kind;
  entry.target_position = target;
  entry.reason = amendment.reason;
  entry.entry_time = clock_.Now();
  if (known.labels.has_value()) {
    entry.vote.language = known.labels->language;
    entry.vote.tags = known.labels->tags;
  }
  if (amendment.kind == VoteKind::kAnnotation) {
    entry.label_version = known.state.label_version = amendment.label_version;
    entry.new_labels = amendment.labels[index];
    if (entry.new_labels.language.empty()) entry.new_labels.language = entry.vote.language;
    known.labels = entry.new_labels;
  } else {
    known.state.is_retracted = amendment.kind == VoteKind::kRetraction;
  }
  log_.push_back(std::move(entry));
}

absl::StatusOr<VoterPage> MemoryVoteStore::FindVotes(const std::string& voter_hash,
                                                     int64_t start_position) {
  absl::MutexLock lock(&mutex_);
  VoterPage page;
  const auto head = static_cast<int64_t>(log_.size());
  for (int64_t position = start_position; position <= head; ++position) {
    const bool is_full = page.positions.size() == limits::kAmendedVotes ||
                         position - start_position == searched_positions_;
    if (is_full) {
      page.next_position = position;
      break;
    }
    const LogEntry& entry = log_[static_cast<size_t>(position) - 1];
    const bool is_found = entry.kind == VoteKind::kVote && entry.vote.voter_hash == voter_hash;
    if (is_found) page.positions.push_back(position);
  }
  return page;
}

absl::StatusOr<LogPage> MemoryVoteStore::Read(const LogRange& range) {
  absl::MutexLock lock(&mutex_);
  LogPage page;
  page.head_position = static_cast<int64_t>(log_.size());
  // Not `after + limit`, which a reader beyond all positions could make overflow.
  const int64_t room = std::max<int64_t>(page.head_position - range.after, 0);
  const int64_t end = std::min(range.until, range.after + std::min<int64_t>(room, range.limit));
  page.last_position = std::max(end, range.after);
  for (int64_t before = range.after; before < end; ++before) {
    const LogEntry& entry = log_[static_cast<size_t>(before)];
    const bool is_unnamed =
        unnamed_.contains(entry.vote.left.id) || unnamed_.contains(entry.vote.right.id);
    const bool is_quarantine =
        entry.kind == VoteKind::kRetraction || entry.kind == VoteKind::kRestoration;
    const bool is_left_out =
        (is_unnamed && !range.include_unnamed) || (is_quarantine && !range.include_quarantine);
    if (!is_left_out) page.entries.push_back(entry);
  }
  return page;
}

absl::StatusOr<std::map<std::string, ModelId>> MemoryVoteStore::FindModels(
    absl::Span<const std::string> names) {
  absl::MutexLock lock(&mutex_);
  std::map<std::string, ModelId> found;
  for (const std::string& name : names) {
    const auto model = models_.find(name);
    if (model != models_.end()) found.insert(*model);
  }
  return found;
}

}  // namespace arena::vote_ingest
