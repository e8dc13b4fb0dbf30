#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>

#include "arena/v1/leaderboard_service.pb.h"
#include "tools/arenactl/rate/format.h"

namespace arena::arenactl {

// An option with a fixed set of words.
template <typename Enum>
void AddChoice(CLI::App& command, const std::string& name, Enum& value, const std::string& help,
               const std::map<std::string, Enum>& choices) {
  command
      .add_option_function<std::string>(
          name, [&value, choices](const std::string& choice) { value = choices.at(choice); }, help)
      ->check(CLI::IsMember(choices).description(""))
      ->type_name("WORD");
}

// The options that commands on leaderboards share.

inline void AddFormat(CLI::App& command, rate::Format& format) {
  AddChoice<rate::Format>(command, "--format", format, "table (default), csv or json",
                          {{"table", rate::Format::kTable},
                           {"csv", rate::Format::kCsv},
                           {"json", rate::Format::kJson}});
}

// What one of three functions makes of a result.
template <typename Result, typename Table, typename Csv, typename Json>
std::string FormatAs(rate::Format format, const Result& result, Table table, Csv csv, Json json) {
  switch (format) {
    case rate::Format::kTable:
      return table(result);
    case rate::Format::kCsv:
      return csv(result);
    case rate::Format::kJson:
      break;
  }
  return json(result);
}

inline void AddBoard(CLI::App& command, std::string& board) {
  command.add_option("--category,--board", board, "Which board, one of 'leaderboard categories'")
      ->type_name("BOARD")
      ->capture_default_str();
}

inline void AddMethod(CLI::App& command, v1::RatingMethod& method, bool& style_control) {
  AddChoice<v1::RatingMethod>(
      command, "--method", method, "bt, Bradley-Terry (default), or elo, online Elo of overall",
      {{"bt", v1::RATING_METHOD_BRADLEY_TERRY}, {"elo", v1::RATING_METHOD_ELO}});
  command.add_flag("--style-control", style_control,
                   "With length and markup of the answers controlled for (bt only)");
}

}  // namespace arena::arenactl
