#include "services/rating/model/leaderboard/canonical_json.h"

#include <openssl/sha.h>

#include <array>
#include <cstdint>

#include "common/base/hex.h"
#include "services/rating/model/leaderboard/json_writer.h"

namespace arena::rating {
namespace {

void WriteRow(const LeaderboardRow& row, JsonWriter& json) {
  json.BeginObject();
  json.Key("model").String(row.model);
  json.Key("rating").Number(row.rating);
  json.Key("lower").Number(row.lower);
  json.Key("upper").Number(row.upper);
  json.Key("rank").Integer(row.rank);
  json.Key("votes").Integer(row.votes);
  json.Key("rank_lower").Integer(row.rank_lower);
  json.Key("rank_upper").Integer(row.rank_upper);
  json.Key("provisional").Boolean(row.is_provisional);
  json.Key("group").Integer(row.group);
  json.EndObject();
}

void WriteCoefficient(const Coefficient& coefficient, JsonWriter& json) {
  json.BeginObject();
  json.Key("group").Integer(coefficient.group);
  json.Key("name").String(coefficient.name);
  json.Key("value").Number(coefficient.value);
  json.Key("lower").Number(coefficient.lower);
  json.Key("upper").Number(coefficient.upper);
  json.EndObject();
}

}  // namespace

std::string CanonicalJson(const Leaderboard& leaderboard) {
  JsonWriter json;
  json.BeginObject();
  json.Key("method").String(leaderboard.method == Method::kElo ? "elo" : "bt");
  json.Key("votes").Integer(leaderboard.votes);
  json.Key("groups").Integer(leaderboard.groups);
  json.Key("models").BeginArray();
  for (const LeaderboardRow& row : leaderboard.models) WriteRow(row, json);
  json.EndArray();
  if (!leaderboard.coefficients.empty()) {
    json.Key("coefficients").BeginArray();
    for (const Coefficient& coefficient : leaderboard.coefficients) {
      WriteCoefficient(coefficient, json);
    }
    json.EndArray();
  }
  json.EndObject();
  return json.Take();
}

std::string Sha256Hex(std::string_view text) {
  std::array<uint8_t, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return ToHex(digest);
}

}  // namespace arena::rating
