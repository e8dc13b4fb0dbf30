#include "services/vote-ingest/storage/memory_vote_store.h"

#include <algorithm>

namespace arena::vote_ingest {

void MemoryVoteStore::AddBattle(const BattleView& battle) {
  absl::MutexLock lock(&mutex_);
  battles_[battle.id] = battle;
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
      if (entry.vote.battle_id != id) continue;
      battles.back()->votes.push_back({.turn = entry.vote.turn,
                                       .choice = entry.vote.choice,
                                       .position = entry.position,
                                       .reasons = entry.vote.reasons});
    }
  }
  return battles;
}

absl::StatusOr<std::vector<std::optional<int64_t>>> MemoryVoteStore::Append(
    absl::Span<const NewVote> votes) {
  absl::MutexLock lock(&mutex_);
  std::vector<std::optional<int64_t>> positions;
  for (const NewVote& vote : votes) {
    const bool is_claimed = claims_.contains({vote.battle_id, vote.turn}) ||
                            (vote.is_first && first_claims_.contains(vote.battle_id));
    if (is_claimed) {
      positions.push_back(std::nullopt);
      continue;
    }
    claims_.insert({vote.battle_id, vote.turn});
    if (vote.is_first) first_claims_.insert(vote.battle_id);
    const auto position = static_cast<int64_t>(log_.size()) + 1;
    log_.push_back({.position = position, .vote = vote, .time = clock_.Now()});
    positions.push_back(position);
  }
  return positions;
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
    if (!is_unnamed || range.include_unnamed) page.entries.push_back(entry);
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
