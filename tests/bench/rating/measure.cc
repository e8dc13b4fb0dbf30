#include "tests/bench/rating/measure.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <stdexcept>
#include <string_view>

namespace arena::bench {
namespace {

// Lets VmHWM begin anew; where the kernel refuses, peaks are those since the start.
void ResetPeak() { std::ofstream("/proc/self/clear_refs") << "5"; }

int64_t StatusBytes(std::string_view key) {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with(key)) return std::stoll(line.substr(key.size())) * 1024;
  }
  return 0;
}

// Of the whole process; the work measured here runs on one thread.
double ProcessorSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <typename Visit>
void ReadBlocks(const std::string& path, Visit visit) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) throw std::runtime_error("cannot read " + path);
  std::vector<char> block(1 << 20);
  ssize_t count = 0;
  while ((count = read(file, block.data(), block.size())) > 0) {
    visit(std::string_view(block.data(), static_cast<size_t>(count)));
  }
  close(file);
}

}  // namespace

int64_t ResidentBytes() {
  malloc_trim(0);
  return StatusBytes("VmRSS:");
}

Timing Measure(int runs, const std::function<void()>& work, const std::function<void()>& prepare) {
  ResetPeak();
  std::vector<double> seconds;
  for (int run = 0; run < runs; ++run) {
    prepare();
    const double begin = ProcessorSeconds();
    work();
    seconds.push_back(ProcessorSeconds() - begin);
  }
  std::ranges::nth_element(seconds, seconds.begin() + runs / 2);
  return {seconds[static_cast<size_t>(runs / 2)], StatusBytes("VmHWM:")};
}

double ReadOnceSeconds(const std::string& path, int runs) {
  size_t bytes = 0;
  return Measure(runs, [&] { ReadBlocks(path, [&](std::string_view b) { bytes += b.size(); }); })
      .seconds;
}

double CountLinesSeconds(const std::string& path, int runs) {
  int64_t lines = 0;
  const double seconds =
      Measure(runs, [&] {
        ReadBlocks(path, [&](std::string_view block) { lines += std::ranges::count(block, '\n'); });
      }).seconds;
  if (lines == 0) throw std::runtime_error("no lines in " + path);
  return seconds;
}

void PrintTable(const std::string& title, const std::vector<Figure>& figures) {
  fmt::print("\n{}\n{:<34} {:>10} {:<12} {:>14} {:>10}\n", title, "figure", "median", "unit", "aim",
             "peak MiB");
  for (const Figure& figure : figures) {
    std::string aim;
    if (figure.aim > 0) {
      const bool is_met = figure.at_least ? figure.value >= figure.aim : figure.value <= figure.aim;
      aim = fmt::format("{} {} {}", figure.at_least ? ">=" : "<=", figure.aim,
                        is_met ? "met" : "MISSED");
    }
    fmt::print("{:<34} {:>10.3f} {:<12} {:>14} {:>10.1f}\n", figure.name, figure.value, figure.unit,
               aim, static_cast<double>(figure.peak_bytes) / (1 << 20));
  }
  std::fflush(stdout);
}

void PrintJson(const std::string& bench, size_t votes, uint32_t models,
               const std::vector<Figure>& figures) {
  for (const Figure& figure : figures) {
    fmt::print(
        R"({{"bench":"{}","votes":{},"models":{},"figure":"{}","median":{},"unit":"{}","aim":{},)"
        R"("peak_bytes":{}}})"
        "\n",
        bench, votes, models, figure.name, figure.value, figure.unit,
        figure.aim > 0 ? fmt::format("{}", figure.aim) : "null", figure.peak_bytes);
  }
  std::fflush(stdout);
}

}  // namespace arena::bench
