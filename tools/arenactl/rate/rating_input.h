#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "services/rating/model/elo_history.h"
#include "services/rating/model/model_index.h"
#include "services/rating/model/pair_counts.h"
#include "tools/arenactl/rate/bad_rows.h"
#include "tools/arenactl/rate/vote_row.h"

namespace arena::rate {

// What to keep of the votes while reading them.
struct InputOptions {
  RowRules rules;
  // Entries of the log after this position are left out.
  int64_t until = INT64_MAX;
  // Only votes with this tag or language; empty or "overall" for all.
  std::string category;
  // Elo's K when votes are to be replayed in order; 0 keeps no order and saves 8 bytes a vote.
  double elo_k = 0;
};

// The votes of a file, summed up as rating needs them.
class RatingInput {
 public:
  explicit RatingInput(InputOptions options);

  // Takes one row in; null when it is a vote or a fair entry of the log, else why not.
  const char* Add(const RawRow& raw);
  // Takes counts without order in.
  const char* AddCounts(std::string_view left, std::string_view right, rating::Outcome outcome,
                        int64_t votes);

  const rating::ModelIndex& models() const { return models_; }
  const rating::PairCounts& counts() const { return counts_; }
  rating::EloHistory& elo() { return elo_; }
  // Whether every vote came in an order, so that online Elo means something.
  bool is_ordered() const { return is_ordered_; }
  // Rows that are votes but not rated, or of another category.
  int64_t left_out() const { return left_out_; }
  BadRows& bad_rows() { return bad_rows_; }
  const BadRows& bad_rows() const { return bad_rows_; }

 private:
  const char* Apply(const VoteRow& row);
  bool IsInCategory(const VoteRow& row) const;

  InputOptions options_;
  rating::ModelIndex models_;
  rating::PairCounts counts_;
  rating::EloHistory elo_;
  // Positions that are retracted now.
  std::set<int64_t> retracted_;
  int64_t last_position_ = 0;
  int64_t left_out_ = 0;
  bool is_ordered_ = true;
  BadRows bad_rows_;
};

}  // namespace arena::rate
