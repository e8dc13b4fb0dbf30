#include "services/vote-ingest/storage/append_statement.h"

#include <fmt/format.h>

#include "absl/strings/str_split.h"
#include "common/postgres/array_literal.h"

namespace arena::vote_ingest {
namespace {

template <typename Get>
std::string Column(absl::Span<const NewVote> votes, Get get) {
  ArrayLiteral array;
  for (const NewVote& vote : votes) array.Add(get(vote));
  return array.Finish();
}

std::string StyleColumn(absl::Span<const NewVote> votes) {
  ArrayLiteral array;
  for (const NewVote& vote : votes) {
    const StyleCounts& left = vote.style_left;
    const StyleCounts& right = vote.style_right;
    for (const int count : {left.tokens, right.tokens, left.headers, right.headers, left.list_items,
                            right.list_items, left.bold_spans, right.bold_spans}) {
      array.Add(count);
    }
  }
  return array.Finish();
}

}  // namespace

AppendParameters::AppendParameters(absl::Span<const NewVote> votes)
    : battle_ids(Column(votes, [](const NewVote& v) { return v.battle_id.ToString(); })),
      turns(Column(votes, [](const NewVote& v) { return v.turn; })),
      firsts(Column(votes, [](const NewVote& v) { return v.is_first; })),
      frontends(Column(votes, [](const NewVote& v) -> const std::string& { return v.frontend; })),
      left_models(Column(votes, [](const NewVote& v) { return static_cast<int>(v.left.id); })),
      right_models(Column(votes, [](const NewVote& v) { return static_cast<int>(v.right.id); })),
      choices(Column(votes, [](const NewVote& v) { return static_cast<int>(v.choice); })),
      rateds(Column(votes, [](const NewVote& v) { return v.reasons.empty(); })),
      reason_lists(Column(votes, [](const NewVote& v) { return JoinReasons(v.reasons); })),
      languages(Column(votes, [](const NewVote& v) -> const std::string& { return v.language; })),
      tag_lists(Column(votes,
                       [](const NewVote& v) { return fmt::format("{}", fmt::join(v.tags, ",")); })),
      probabilities(Column(votes, [](const NewVote& v) { return v.draw_probability; })),
      voter_hashes(
          Column(votes, [](const NewVote& v) -> const std::string& { return v.voter_hash; })),
      styles(StyleColumn(votes)) {}

std::string JoinReasons(const std::vector<UnratedReason>& reasons) {
  std::vector<int> numbers;
  for (const UnratedReason reason : reasons) numbers.push_back(static_cast<int>(reason));
  return fmt::format("{}", fmt::join(numbers, ","));
}

std::vector<UnratedReason> SplitReasons(const std::string& list) {
  std::vector<UnratedReason> reasons;
  for (const std::string& number : SplitTags(list)) {
    reasons.push_back(static_cast<UnratedReason>(std::stoi(number)));
  }
  return reasons;
}

std::vector<std::string> SplitTags(const std::string& list) {
  return absl::StrSplit(list, ',', absl::SkipEmpty());
}

}  // namespace arena::vote_ingest
