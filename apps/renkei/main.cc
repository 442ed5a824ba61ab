#include "cli/commands.h"

int main(int argc, char** argv) { return renkei::cli::Main(argc, argv, RENKEI_VERSION); }
