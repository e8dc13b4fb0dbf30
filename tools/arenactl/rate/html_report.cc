#include "tools/arenactl/rate/html_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <vector>

#include "services/rating/model/leaderboard/pair_statistics.h"

namespace arena::rate {
namespace {

using rating::Leaderboard;
using rating::LeaderboardRow;
using rating::Matrix;

// A matrix of more models cannot be read.
constexpr size_t kMatrixModels = 30;
// Pixels.
constexpr int kNameWidth = 240;
constexpr int kPlotWidth = 640;
constexpr int kRowHeight = 18;
constexpr int kCell = 26;

constexpr std::string_view kHead = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Leaderboard</title><style>
body { font: 14px sans-serif; margin: 2em auto; max-width: 72em; color: #222; }
table { border-collapse: collapse; } td, th { padding: 2px 10px; text-align: right; }
td.name, th.name { text-align: left; } tr:nth-child(even) { background: #f4f4f4; }
svg { font: 11px sans-serif; display: block; max-width: 100%; height: auto; }
</style></head><body>
)";

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string HtmlTable(const Leaderboard& leaderboard) {
  std::string html =
      "<table><tr><th>rank</th><th class=\"name\">model</th><th>rating</th><th>95 % interval</th>"
      "<th>rank from, to</th><th>votes</th><th>group</th></tr>\n";
  for (const LeaderboardRow& row : leaderboard.models) {
    const std::string name = Escaped(row.model) + (row.is_provisional ? " (provisional)" : "");
    if (!row.rating) {
      html += fmt::format(
          "<tr><td></td><td class=\"name\">{}</td><td>not yet rated</td><td></td><td></td>"
          "<td>{}</td><td></td></tr>\n",
          name, row.votes);
      continue;
    }
    const std::string interval =
        row.lower && row.upper ? fmt::format("{:.1f} … {:.1f}", *row.lower, *row.upper) : "";
    html += fmt::format(
        "<tr><td>{}</td><td class=\"name\">{}</td><td>{:.1f}</td><td>{}</td><td>{}, {}</td>"
        "<td>{}</td><td>{}</td></tr>\n",
        row.rank, name, *row.rating, interval, row.rank_lower, row.rank_upper, row.votes,
        row.group);
  }
  return html + "</table>\n";
}

std::string Coefficients(const Leaderboard& leaderboard) {
  if (leaderboard.coefficients.empty()) return "";
  std::string html =
      "<h2>Coefficients, in logits</h2>\n<table><tr><th>group</th><th class=\"name\">name</th>"
      "<th>value</th><th>95 % interval</th></tr>\n";
  for (const rating::Coefficient& c : leaderboard.coefficients) {
    const std::string interval =
        c.lower && c.upper ? fmt::format("{:.4f} … {:.4f}", *c.lower, *c.upper) : "";
    html +=
        fmt::format("<tr><td>{}</td><td class=\"name\">{}</td><td>{:.4f}</td><td>{}</td></tr>\n",
                    c.group, c.name, c.value, interval);
  }
  return html + "</table>\n";
}

// A dot for each rating and a line for its interval, on a scale that holds them all.
std::string RatingPlot(const std::vector<LeaderboardRow>& rated) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const LeaderboardRow& row : rated) {
    low = std::min(low, row.lower.value_or(*row.rating));
    high = std::max(high, row.upper.value_or(*row.rating));
  }
  const double margin = std::max(10.0, 0.03 * (high - low));
  const auto x = [&](double rating) {
    return kNameWidth + kPlotWidth * (rating - low + margin) / (high - low + 2 * margin);
  };
  const int height = static_cast<int>(rated.size()) * kRowHeight;
  std::string svg = fmt::format("<svg viewBox=\"0 0 {} {}\" width=\"{}\" role=\"img\">\n",
                                kNameWidth + kPlotWidth, height + 20, kNameWidth + kPlotWidth);
  const double step = high - low > 500 ? 200 : high - low > 200 ? 100 : 50;
  for (double tick = std::ceil((low - margin) / step) * step; tick <= high + margin; tick += step) {
    svg += fmt::format(
        "<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"0\" y2=\"{1}\" stroke=\"#ddd\"/>"
        "<text x=\"{0:.1f}\" y=\"{2}\" text-anchor=\"middle\">{3:.0f}</text>\n",
        x(tick), height, height + 14, tick);
  }
  for (size_t m = 0; m < rated.size(); ++m) {
    const LeaderboardRow& row = rated[m];
    const int y = static_cast<int>(m) * kRowHeight + kRowHeight / 2;
    svg += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>", kNameWidth - 8,
                       y + 4, Escaped(row.model));
    if (row.lower && row.upper) {
      svg += fmt::format("<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{}\" y2=\"{}\" stroke=\"#36c\"/>",
                         x(*row.lower), x(*row.upper), y, y);
    }
    svg +=
        fmt::format("<circle cx=\"{:.1f}\" cy=\"{}\" r=\"3\" fill=\"#36c\"/>\n", x(*row.rating), y);
  }
  return svg + "</svg>\n";
}

// From red over white to blue as a share goes from 0 to 1.
std::string ColourOf(double share) {
  const double fade = 255.0 * (1.0 - std::min(1.0, 2.0 * std::abs(share - 0.5)));
  const auto pale = static_cast<int>(fade);
  return share < 0.5 ? fmt::format("rgb(255,{0},{0})", pale)
                     : fmt::format("rgb({0},{0},255)", pale);
}

// Row against column; `text` and `share`, 0 to 1, of a value that is a number.
template <typename Text, typename Share>
std::string MatrixPlot(const Matrix& matrix, const std::vector<LeaderboardRow>& rows, Text text,
                       Share share) {
  const int side = kCell * static_cast<int>(matrix.size());
  std::string svg = fmt::format("<svg viewBox=\"0 0 {0} {1}\" width=\"{0}\" role=\"img\">\n",
                                kNameWidth + side, kNameWidth + side);
  for (size_t i = 0; i < matrix.size(); ++i) {
    const std::string name = Escaped(rows[i].model);
    const int y = kNameWidth + kCell * static_cast<int>(i);
    svg += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>", kNameWidth - 6,
                       y + 17, name);
    svg += fmt::format("<text transform=\"translate({},{}) rotate(-90)\">{}</text>\n", y + 17,
                       kNameWidth - 6, name);
    for (size_t j = 0; j < matrix.size(); ++j) {
      if (std::isnan(matrix(i, j))) continue;
      const int x = kNameWidth + kCell * static_cast<int>(j);
      svg += fmt::format(
          "<g><title>{} against {}: {}</title><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" "
          "fill=\"{}\"/><text x=\"{}\" y=\"{}\" font-size=\"9\" "
          "text-anchor=\"middle\">{}</text></g>\n",
          name, Escaped(rows[j].model), text(matrix(i, j)), x, y, kCell - 1, kCell - 1,
          ColourOf(share(matrix(i, j))), x + kCell / 2, y + 16, text(matrix(i, j)));
    }
  }
  return svg + "</svg>\n";
}

std::string Matrices(std::vector<LeaderboardRow> rows, const rating::ModelIndex& models,
                     const rating::PairCounts& counts) {
  if (rows.size() > kMatrixModels) rows.resize(kMatrixModels);
  std::vector<uint32_t> numbers;
  std::vector<double> ratings;
  for (const LeaderboardRow& row : rows) {
    numbers.push_back(*models.Find(row.model));
    ratings.push_back(*row.rating);
  }
  // Ratings of two groups predict nothing.
  Matrix predicted = rating::PredictedMatrix(ratings);
  for (size_t i = 0; i < rows.size(); ++i) {
    for (size_t j = 0; j < rows.size(); ++j) {
      if (rows[i].group != rows[j].group) predicted(i, j) = std::nan("");
    }
  }
  const Matrix votes = rating::VoteCountMatrix(counts, numbers);
  double most = 1;
  for (size_t i = 0; i < rows.size(); ++i) {
    for (size_t j = 0; j < rows.size(); ++j) most = std::fmax(most, votes(i, j));
  }
  const auto percent = [](double share) { return fmt::format("{:.0f} %", 100 * share); };
  const auto itself = [](double share) { return share; };
  return "<h2>Share of decided votes that the row won against the column</h2>\n" +
         MatrixPlot(rating::WinFractionMatrix(counts, numbers), rows, percent, itself) +
         "<h2>Predicted win rate of the row against the column</h2>\n" +
         MatrixPlot(predicted, rows, percent, itself) + "<h2>Votes of each pair</h2>\n" +
         MatrixPlot(
             votes, rows, [](double n) { return fmt::format("{:.0f}", n); },
             [most](double n) { return 0.5 + 0.5 * n / most; });
}

}  // namespace

std::string HtmlReport(const Leaderboard& leaderboard, const rating::ModelIndex& models,
                       const rating::PairCounts& counts) {
  std::vector<LeaderboardRow> rated;
  for (const LeaderboardRow& row : leaderboard.models) {
    if (row.rating) rated.push_back(row);
  }
  std::string html(kHead);
  html += fmt::format("<h1>Leaderboard</h1>\n<p>{} models, {} votes, {}.</p>\n",
                      leaderboard.models.size(), leaderboard.votes,
                      leaderboard.method == rating::Method::kElo ? "online Elo" : "Bradley-Terry");
  if (leaderboard.groups > 1) {
    html += fmt::format(
        "<p>{} groups of models have not met in both directions: ratings compare within a group "
        "only.</p>\n",
        leaderboard.groups);
  }
  html += HtmlTable(leaderboard) + Coefficients(leaderboard);
  if (!rated.empty()) {
    html += "<h2>Ratings with 95 % intervals</h2>\n" + RatingPlot(rated) +
            Matrices(rated, models, counts);
  }
  return html + "</body></html>\n";
}

}  // namespace arena::rate
