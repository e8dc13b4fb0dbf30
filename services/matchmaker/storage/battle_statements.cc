#include "services/matchmaker/storage/battle_statements.h"

#include <vector>

#include "absl/strings/str_split.h"
#include "common/base/hex.h"
#include "common/postgres/array_literal.h"
#include "services/matchmaker/storage/capability_list.h"

namespace arena::matchmaker {
namespace {

using Battles = absl::Span<const NewBattle* const>;

template <typename Get>
std::string Column(Battles battles, Get get) {
  ArrayLiteral array;
  for (const NewBattle* battle : battles) array.Add(get(*battle));
  return array.Finish();
}

std::string RightModels(Battles battles) {
  ArrayLiteral array;
  for (const NewBattle* battle : battles) {
    if (const auto& right = battle->draw.right; right.has_value()) {
      array.Add(static_cast<int>(*right));
    } else {
      array.AddNull();
    }
  }
  return array.Finish();
}

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%E6S+00", time, absl::UTCTimeZone());
}

// Numbers separated by `separator`; none for an empty text.
std::vector<int64_t> Numbers(const std::string& list, char separator) {
  std::vector<int64_t> numbers;
  for (const auto part : absl::StrSplit(list, separator, absl::SkipEmpty())) {
    numbers.push_back(std::stoll(std::string(part)));
  }
  return numbers;
}

std::vector<std::string> Elements(const pqxx::field& list) {
  return absl::StrSplit(list.as<std::string>(), ',', absl::SkipEmpty());
}

std::vector<DrawnPair> DrawsOf(const pqxx::field& list) {
  std::vector<DrawnPair> draws;
  for (const std::string& element : Elements(list)) {
    const std::vector<int64_t> parts = Numbers(element, ':');
    DrawnPair pair{.number = static_cast<int>(parts.at(0)),
                   .left = ModelId{static_cast<int32_t>(parts.at(1))},
                   .right = std::nullopt};
    if (parts.at(2) != 0) pair.right = ModelId{static_cast<int32_t>(parts.at(2))};
    draws.push_back(pair);
  }
  return draws;
}

std::vector<BattleVote> VotesOf(const pqxx::field& list) {
  std::vector<BattleVote> votes;
  for (const std::string& element : Elements(list)) {
    const std::vector<int64_t> parts = Numbers(element, ':');
    votes.push_back({.turn = static_cast<int>(parts.at(0)),
                     .choice = static_cast<Choice>(parts.at(1)),
                     .position = parts.at(2)});
  }
  return votes;
}

absl::Time TimeOf(const pqxx::field& microseconds) {
  return absl::FromUnixMicros(microseconds.as<int64_t>());
}

}  // namespace

InsertParameters::InsertParameters(Battles battles)
    : ids(Column(battles, [](const NewBattle& b) { return b.battle.id.ToString(); })),
      modes(Column(battles, [](const NewBattle& b) { return static_cast<int>(b.battle.mode); })),
      frontends(Column(battles, [](const NewBattle& b) { return b.battle.frontend; })),
      digests(Column(battles, [](const NewBattle& b) { return b.battle.request_digest; })),
      voters(Column(battles, [](const NewBattle& b) { return b.voter_hash; })),
      addresses(Column(battles, [](const NewBattle& b) { return b.address_hash; })),
      capabilities(
          Column(battles, [](const NewBattle& b) { return JoinCapabilities(b.battle.required); })),
      create_times(
          Column(battles, [](const NewBattle& b) { return TimeText(b.battle.create_time); })),
      expire_times(
          Column(battles, [](const NewBattle& b) { return TimeText(b.battle.expire_time); })),
      lefts(Column(battles, [](const NewBattle& b) { return static_cast<int>(b.draw.left); })),
      rights(RightModels(battles)),
      probabilities(Column(battles, [](const NewBattle& b) { return b.draw.probability; })),
      coins(Column(battles, [](const NewBattle& b) { return b.draw.smaller_left ? 1 : 0; })),
      policies(Column(battles, [](const NewBattle& b) { return b.draw.policy; })),
      epochs(Column(battles, [](const NewBattle& b) { return b.draw.policy_epoch; })),
      eligible_digests(
          Column(battles, [](const NewBattle& b) { return ToHex(b.draw.eligible_digest); })) {}

StoredBattle BattleOf(const pqxx::row& row) {
  StoredBattle battle{.id = BattleId(*Uuid::Parse(row[0].c_str())),
                      .mode = static_cast<BattleMode>(row[1].as<int>()),
                      .frontend = row[2].as<std::string>(),
                      .request_digest = row[3].as<std::string>(),
                      .required = SplitCapabilities(row[4].as<std::string>()),
                      .create_time = TimeOf(row[5]),
                      .expire_time = TimeOf(row[6]),
                      .draws = DrawsOf(row[7]),
                      .left_name = row[8].as<std::string>(),
                      .right_name = row[9].as<std::string>(),
                      .votes = VotesOf(row[14]),
                      .is_claimed = row[15].as<bool>()};
  if (!row[10].is_null()) {
    battle.last_turn = LastTurn{
        .turn = row[10].as<int>(), .deadline = TimeOf(row[11]), .ended_sides = row[12].as<int>()};
  }
  for (const int64_t number : Numbers(row[13].c_str(), ',')) {
    battle.sides_ended_in_turn_one.push_back(static_cast<Side>(number));
  }
  return battle;
}

}  // namespace arena::matchmaker
