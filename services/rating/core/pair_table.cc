#include "services/rating/core/pair_table.h"

#include <nlohmann/json.hpp>

#include "services/rating/model/json_writer.h"

namespace arena::rating {
namespace {

using Json = nlohmann::json;

absl::Status Malformed() { return absl::DataLossError("a stored table of pairs is malformed"); }

}  // namespace

PairTable MakePairTable(const ModelIndex& models, const PairCounts& counts) {
  std::vector<uint32_t> voted;
  for (const uint32_t model : models.ByName()) {
    if (counts.VotesOf(model) > 0) voted.push_back(model);
  }
  PairTable table;
  for (const uint32_t model : voted) table.models.push_back(models.Name(model));
  for (uint32_t a = 0; a < voted.size(); ++a) {
    for (uint32_t b = a + 1; b < voted.size(); ++b) {
      const PairTotals totals = counts.Totals(voted[a], voted[b]);
      if (totals.Total() > 0) table.pairs.push_back({.a = a, .b = b, .totals = totals});
    }
  }
  return table;
}

std::string PairTableJson(const PairTable& table) {
  JsonWriter json;
  json.BeginObject();
  json.Key("models").BeginArray();
  for (const std::string& model : table.models) json.String(model);
  json.EndArray();
  json.Key("pairs").BeginArray();
  for (const PairTable::Pair& pair : table.pairs) {
    json.BeginArray();
    json.Integer(pair.a);
    json.Integer(pair.b);
    json.Integer(pair.totals.wins_a);
    json.Integer(pair.totals.wins_b);
    json.Integer(pair.totals.ties);
    json.Integer(pair.totals.both_bad);
    json.EndArray();
  }
  json.EndArray();
  json.EndObject();
  return json.Take();
}

absl::StatusOr<PairTable> ParsePairTable(std::string_view text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("models") || !json.contains("pairs")) return Malformed();
  PairTable table;
  for (const Json& model : json["models"]) {
    if (!model.is_string()) return Malformed();
    table.models.push_back(model.get<std::string>());
  }
  for (const Json& cells : json["pairs"]) {
    if (!cells.is_array() || cells.size() != 6) return Malformed();
    for (const Json& cell : cells) {
      if (!cell.is_number_unsigned()) return Malformed();
    }
    const PairTable::Pair pair{.a = cells[0].get<uint32_t>(),
                               .b = cells[1].get<uint32_t>(),
                               .totals = {.wins_a = cells[2].get<int64_t>(),
                                          .wins_b = cells[3].get<int64_t>(),
                                          .ties = cells[4].get<int64_t>(),
                                          .both_bad = cells[5].get<int64_t>()}};
    if (pair.a >= pair.b || pair.b >= table.models.size()) return Malformed();
    table.pairs.push_back(pair);
  }
  return table;
}

}  // namespace arena::rating
