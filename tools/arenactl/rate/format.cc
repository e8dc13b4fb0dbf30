#include "tools/arenactl/rate/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "services/rating/model/leaderboard/canonical_json.h"

namespace arena::rate {
namespace {

using rating::Leaderboard;
using rating::LeaderboardRow;

// Code points, which is what most terminals give one column each.
size_t Width(const std::string& text) {
  return static_cast<size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string TableRow(const LeaderboardRow& row, size_t name_width, bool has_groups) {
  const std::string padding(name_width - Width(row.model), ' ');
  const std::string group = has_groups ? fmt::format("{:>5}  ", row.group) : "";
  if (!row.rating) {
    return fmt::format("{}{:>4}  {}{}  {:>8}  {:>17}  {:>10}  not yet rated\n", group, "-",
                       row.model, padding, "-", "", row.votes);
  }
  const std::string interval =
      row.lower && row.upper ? fmt::format("{:.1f} … {:.1f}", *row.lower, *row.upper) : "";
  const std::string range = row.rank_lower == row.rank_upper
                                ? ""
                                : fmt::format("rank {} to {}", row.rank_lower, row.rank_upper);
  std::string line =
      fmt::format("{}{:>4}  {}{}  {:>8.1f}  {:>17}  {:>10}  {}{}", group, row.rank, row.model,
                  padding, *row.rating, interval, row.votes, range,
                  row.is_provisional ? (range.empty() ? "provisional" : ", provisional") : "");
  line.erase(line.find_last_not_of(' ') + 1);
  return line + '\n';
}

std::string Table(const Leaderboard& leaderboard) {
  size_t name_width = 5;
  for (const LeaderboardRow& row : leaderboard.models)
    name_width = std::max(name_width, Width(row.model));
  const bool has_groups = leaderboard.groups > 1;
  std::string text =
      fmt::format("{} models, {} votes, {}\n", leaderboard.models.size(), leaderboard.votes,
                  leaderboard.method == rating::Method::kElo ? "online Elo" : "Bradley-Terry");
  if (has_groups) {
    text += fmt::format(
        "{} groups of models have not met in both directions: ratings compare within a group "
        "only\n",
        leaderboard.groups);
  }
  text += fmt::format("{}{:>4}  {:<{}}  {:>8}  {:>17}  {:>10}\n", has_groups ? "group  " : "",
                      "rank", "model", name_width, "rating", "95 % interval", "votes");
  for (const LeaderboardRow& row : leaderboard.models)
    text += TableRow(row, name_width, has_groups);
  if (!leaderboard.coefficients.empty()) text += "\ncoefficient, in logits\n";
  for (const rating::Coefficient& c : leaderboard.coefficients) {
    const std::string interval =
        c.lower && c.upper ? fmt::format("{:.4f} … {:.4f}", *c.lower, *c.upper) : "";
    const std::string group = has_groups ? fmt::format("{:>5}  ", c.group) : "";
    text += fmt::format("{}{:<10}  {:>8.4f}  {}\n", group, c.name, c.value, interval);
  }
  return text;
}

// Quoted when it must be (RFC 4180).
std::string CsvText(const std::string& text) {
  if (text.find_first_of("\",\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

std::string CsvNumber(const std::optional<double>& value) {
  return value ? fmt::format("{}", *value) : "";
}

std::string Csv(const Leaderboard& leaderboard) {
  std::string text =
      "rank,model,rating,lower,upper,votes,rank_lower,rank_upper,provisional,group\n";
  for (const LeaderboardRow& row : leaderboard.models) {
    text += fmt::format("{},{},{},{},{},{},{},{},{},{}\n", row.rank, CsvText(row.model),
                        CsvNumber(row.rating), CsvNumber(row.lower), CsvNumber(row.upper),
                        row.votes, row.rank_lower, row.rank_upper, row.is_provisional, row.group);
  }
  return text;
}

}  // namespace

std::string FormatLeaderboard(const Leaderboard& leaderboard, Format format) {
  switch (format) {
    case Format::kTable:
      return Table(leaderboard);
    case Format::kCsv:
      return Csv(leaderboard);
    case Format::kJson:
      return rating::CanonicalJson(leaderboard) + '\n';
  }
  return "";
}

}  // namespace arena::rate
