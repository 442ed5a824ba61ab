// Runs a fuzzed decoder without libFuzzer: its seeds, then mutations of them.
//
//   renkei_x_fuzz [--corpus FILE] [--seed N] [--inputs N]        default: seed 1, 20,000 inputs
//   renkei_x_fuzz FILE...                                        only these inputs
//   renkei_x_fuzz [--corpus FILE] --unpack FOLDER                the seeds and the corpus as files
//   renkei_x_fuzz --corpus FILE --pack FOLDER                    the folder's files as the corpus
//
//   corpus := {length:u32 input}          inputs that a guided run found, numbers in the machine's order
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "tests/fuzz/fuzz.h"

namespace {

constexpr uint64_t kInterestingCount = 6;
constexpr uint64_t kInteresting[kInterestingCount] = {0, 1, 0x7f, 0xff, 0x7fffffff, UINT64_MAX};

volatile uint64_t current_seed = 0;
volatile uint64_t current_input = 0;

void OnCrash(int signal) {
  std::fprintf(stderr, "input %llu of seed %llu\n", static_cast<unsigned long long>(current_input),
               static_cast<unsigned long long>(current_seed));
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void MutateOnce(std::string& bytes, const std::vector<std::string>& seeds, std::mt19937_64& random) {
  const size_t at = bytes.empty() ? 0 : random() % bytes.size();
  switch (random() % 7) {
    case 0:
      if (!bytes.empty()) bytes[at] = static_cast<char>(random());
      return;
    case 1:
      if (!bytes.empty()) bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8));
      return;
    case 2:
      bytes.resize(at);
      return;
    case 3:
      bytes.erase(at, 1 + random() % 8);
      return;
    case 4:
      bytes.insert(at, 1 + random() % 8, static_cast<char>(random()));
      return;
    case 5: {
      const uint64_t value = kInteresting[random() % kInterestingCount];
      const size_t size = size_t{1} << random() % 4;
      if (at + size <= bytes.size()) std::memcpy(bytes.data() + at, &value, size);
      return;
    }
    default: {
      const std::string& other = seeds[random() % seeds.size()];
      if (other.empty()) return;
      const size_t from = random() % other.size();
      bytes.replace(at, 16, other, from, 1 + random() % 32);
      return;
    }
  }
}

void Feed(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

std::string ReadInput(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(file), {});
  if (!file) {
    std::fprintf(stderr, "%s cannot be read\n", path.c_str());
    std::exit(2);
  }
  return bytes;
}

void AddCorpus(const char* path, std::vector<std::string>& seeds) {
  const std::string packed = ReadInput(path);
  uint32_t length = 0;
  for (size_t at = 0; at + sizeof(length) <= packed.size(); at += length) {
    std::memcpy(&length, packed.data() + at, sizeof(length));
    at += sizeof(length);
    seeds.push_back(packed.substr(at, length));
  }
}

// In the order of their names, so that the same files make the same corpus.
void Pack(const char* folder, const char* path) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::ofstream out(path, std::ios::binary);
  for (const auto& file : files) {
    const std::string input = ReadInput(file);
    const auto length = static_cast<uint32_t>(input.size());
    out.write(reinterpret_cast<const char*>(&length), sizeof(length));
    out << input;
  }
}

void Unpack(const std::vector<std::string>& seeds, const std::filesystem::path& folder) {
  for (size_t i = 0; i < seeds.size(); ++i)
    std::ofstream(folder / ("seed-" + std::to_string(i)), std::ios::binary) << seeds[i];
}

}  // namespace

int main(int count, char** arguments) {
  uint64_t seed = 1;
  uint64_t inputs = 20'000;
  bool files = false;
  const char* corpus = nullptr;
  for (int i = 1; i < count; ++i) {
    if (std::strcmp(arguments[i], "--seed") == 0 && i + 1 < count) {
      seed = std::strtoull(arguments[++i], nullptr, 10);
    } else if (std::strcmp(arguments[i], "--inputs") == 0 && i + 1 < count) {
      inputs = std::strtoull(arguments[++i], nullptr, 10);
    } else if (std::strcmp(arguments[i], "--corpus") == 0 && i + 1 < count) {
      corpus = arguments[++i];
    } else if (std::strcmp(arguments[i], "--unpack") == 0 && i + 1 < count) {
      std::vector<std::string> seeds = FuzzSeeds();
      if (corpus != nullptr) AddCorpus(corpus, seeds);
      Unpack(seeds, arguments[++i]);
      return 0;
    } else if (std::strcmp(arguments[i], "--pack") == 0 && i + 1 < count && corpus != nullptr) {
      Pack(arguments[++i], corpus);
      return 0;
    } else {
      files = true;
      Feed(ReadInput(arguments[i]));
    }
  }
  if (files) return 0;
  std::signal(SIGABRT, OnCrash);
  std::signal(SIGSEGV, OnCrash);
  std::vector<std::string> seeds = FuzzSeeds();
  if (corpus != nullptr) AddCorpus(corpus, seeds);
  for (const std::string& bytes : seeds) Feed(bytes);
  current_seed = seed;
  for (uint64_t input = 0; input < inputs; ++input) {
    current_input = input;
    std::mt19937_64 random(seed * 1'000'003 + input);
    std::string bytes = seeds[random() % seeds.size()];
    for (uint64_t n = 0; n <= random() % 5; ++n) MutateOnce(bytes, seeds, random);
    Feed(bytes);
  }
  std::printf("%zu seeds and %llu mutations (seed %llu)\n", seeds.size(),
              static_cast<unsigned long long>(inputs), static_cast<unsigned long long>(seed));
  return 0;
}
