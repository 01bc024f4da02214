/* A heat map's way from its job to the user, shared by the commands that draw one. */
#ifndef CG_CLI_HEATMAP_H
#define CG_CLI_HEATMAP_H

#include "app/density/heatmap.h"
#include "cli.h"

/* Draws job, tells what was drawn and gives the result. report: of --report, may be NULL or "-".
 * Errors  those of cg_heatmap_file; IO */
gboolean cg_cli_draw_heat (CgCli *cli, CgHeatmapFile *job, const char *report,
                           CgImportReport **out_findings, GError **error);

/* That a bandwidth was raised to what `what` ("pixels", "cells") can show, where a report says so. */
void cg_cli_say_raised (const CgCli *cli, const json_t *report, CgKernel kernel, const char *what);

/* The widths of events' own kernels, where a report has them. */
void cg_cli_say_adaptive (const CgCli *cli, const json_t *report);

#define CG_CLI_BANDWIDTH_HELP "metres, a rule (auto, scott, diggle, loo), adaptive or adaptive:M"
#define CG_CLI_KERNEL_HELP "gaussian (default), quartic, epanechnikov, triangular, uniform"
#define CG_CLI_EDGE_HELP "correction at the border: none (default), uniform, diggle"

#endif
