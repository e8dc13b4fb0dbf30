#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "services/rating/model/votes/elo_history.h"
#include "services/rating/model/votes/model_index.h"
#include "services/rating/model/votes/pair_counts.h"
#include "services/rating/model/votes/propensity_sums.h"
#include "services/rating/model/votes/vote_table.h"
#include "tools/arenactl/rate/bad_rows.h"
#include "tools/arenactl/rate/seen_votes.h"
#include "tools/arenactl/rate/vote_row.h"

namespace arena::rate {

// What to keep of the votes while reading them.
struct InputOptions {
  RowRules rules;
  // Entries of the log after this position are left out.
  int64_t until = INT64_MAX;
  // Only votes with this tag or language, as annotations left them; empty or "overall" for all.
  // Where votes are kept one by one, those of other categories are too: an annotation may bring
  // them in.
  std::string category;
  // Elo's K when votes are to be replayed in order; 0 keeps no order and saves 8 bytes a vote.
  double elo_k = 0;
  // Keep each vote with its style; rows without style counts are bad. Differences may be LMArena's.
  bool needs_style = false;
  bool compatible_style = false;
  // Keep each vote with its voter's number.
  bool needs_clusters = false;
  // Rows without a draw probability are left out, and the others are summed with their weights.
  bool needs_propensity = false;
};

// A vote between two known models.
struct PlainVote {
  uint32_t left = 0;
  uint32_t right = 0;
  rating::Outcome outcome = rating::Outcome::kTie;
};

// The votes of a file, summed up as rating needs them.
class RatingInput {
 public:
  explicit RatingInput(InputOptions options);

  // Takes one row in; null when it is a vote or a fair entry of the log, else why not.
  const char* Add(const RawRow& raw);
  // Whether votes may come as AddPlainVote: nothing is asked for that a plain row does not say.
  bool takes_plain_votes() const;
  // Takes in the next votes of a file without positions.
  void AddPlainVotes(std::span<const PlainVote> votes);
  // Takes counts without order in.
  const char* AddCounts(std::string_view left, std::string_view right, rating::Outcome outcome,
                        int64_t votes);

  const rating::ModelIndex& models() const { return models_; }
  const rating::PairCounts& counts() const { return counts_; }
  rating::EloHistory& elo() { return elo_; }
  const rating::PropensitySums& propensities() const { return propensities_; }
  const rating::VoteTable& table() const { return table_; }
  // Whether every vote came in an order, so that online Elo means something.
  bool is_ordered() const { return is_ordered_; }
  // Votes that were not rated, of another category or without a needed probability when they came.
  int64_t left_out() const { return left_out_; }
  BadRows& bad_rows() { return bad_rows_; }
  const BadRows& bad_rows() const { return bad_rows_; }

 private:
  const char* AddVote(const VoteRow& row, bool has_position);
  // Takes in what the log says of an earlier vote.
  const char* AddAmendment(const VoteRow& row);
  // Follows an entry that changes by so much how often its vote counts.
  const char* Apply(const VoteRow& row, int change);
  // Null, or how a retraction or restoration contradicts the log before it.
  const char* Contradiction(const VoteRow& row) const;
  bool IsLeftOut(const VoteRow& row) const {
    return !row.is_rated || (options_.needs_propensity && !row.propensity);
  }
  // How often the vote counts from now on beyond what it did: 1, 0 or -1.
  int ChangeBy(const VoteRow& row) const;
  void AppendToTable(const VoteRow& row, uint32_t left, uint32_t right);
  uint32_t ClusterOf(std::string_view voter);
  bool IsInCategory(std::string_view language, std::string_view tags) const;
  bool keeps_votes() const { return options_.needs_style || options_.needs_clusters; }

  InputOptions options_;
  rating::ModelIndex models_;
  rating::PairCounts counts_;
  rating::EloHistory elo_;
  rating::PropensitySums propensities_;
  rating::VoteTable table_;
  // Voters by first appearance; a vote without voter is a cluster of its own.
  absl::flat_hash_map<std::string, uint32_t> voters_;
  uint32_t clusters_ = 0;
  // The votes whose positions the file gives, since only such can be retracted.
  SeenVotes seen_;
  // Positions that are retracted now.
  std::set<int64_t> retracted_;
  int64_t last_position_ = 0;
  int64_t left_out_ = 0;
  bool is_ordered_ = true;
  BadRows bad_rows_;
};

}  // namespace arena::rate
