#include "services/rating/core/pair_table.h"

#include <nlohmann/json.hpp>

#include "services/rating/model/json_writer.h"

namespace arena::rating {
namespace {

using Json = nlohmann::json;

absl::Status Malformed() { return absl::DataLossError("a stored table of pairs is malformed"); }

}  // namespace

PairTable MakePairTable(const ModelIndex& models, const PairCounts& counts) {
  const std::vector<uint32_t> by_name = models.ByName();
  PairTable table;
  std::vector<bool> has_votes(by_name.size());
  for (uint32_t a = 0; a < by_name.size(); ++a) {
    for (uint32_t b = a + 1; b < by_name.size(); ++b) {
      const PairTotals totals = counts.Totals(by_name[a], by_name[b]);
      if (totals.Total() == 0) continue;
      table.pairs.push_back({.a = a, .b = b, .totals = totals});
      has_votes[a] = has_votes[b] = true;
    }
  }
  // A model whose votes were all taken back is as if it had never had one.
  std::vector<uint32_t> row_of(by_name.size());
  for (uint32_t i = 0; i < by_name.size(); ++i) {
    row_of[i] = static_cast<uint32_t>(table.models.size());
    if (has_votes[i]) table.models.push_back(models.Name(by_name[i]));
  }
  for (PairTable::Pair& pair : table.pairs) {
    pair.a = row_of[pair.a];
    pair.b = row_of[pair.b];
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
