#include "compute/synth/player.h"

static const double DAYS_A_YEAR = 365.25;

static double within(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

double bf_synth_player_age(const bf_synth_player *player, bf_day day)
{
    return (double)(day - player->born) / DAYS_A_YEAR;
}

static void draw_shots(bf_synth_player *player, bf_random *random)
{
    double big = player->size;
    double z = bf_random_normal(random);
    double mid = within(0.03 + 0.155 * (z < 0 ? -z : z) + 0.025 * player->value, 0.01, 0.6);
    double z_three = bf_random_normal(random);
    double three = within(0.468 - 0.22 * big + 0.05 * z_three, 0.0, 0.92) * (1.0 - mid);
    player->zone_share[BF_SYNTH_MID] = mid;
    player->zone_share[BF_SYNTH_THREE] = three;
    player->zone_share[BF_SYNTH_PAINT] = 1.0 - mid - three;

    static const double mean[BF_SYNTH_ZONES] = {0.567, 0.419, 0.346};
    static const double by_value[BF_SYNTH_ZONES] = {0.012, 0.010, 0.006};
    static const double by_size[BF_SYNTH_ZONES] = {0.030, 0.005, -0.012};
    static const double spread[BF_SYNTH_ZONES] = {0.028, 0.030, 0.018};
    static const double assisted[BF_SYNTH_ZONES] = {0.55, 0.39, 0.84};
    double dependence = bf_random_normal(random); /* on teammates' passes */
    for (int zone = 0; zone < BF_SYNTH_ZONES; zone++) {
        double noise = bf_random_normal(random);
        player->make[zone] = within(mean[zone] + by_value[zone] * player->value +
                                        by_size[zone] * big + spread[zone] * noise,
                                    0.2, 0.8);
        double share = 1.09 - 0.022 * (player->usage - 18.6) + 0.18 * dependence;
        player->assisted[zone] = within(assisted[zone] * share, 0.05, 0.98);
    }
}

bf_synth_player bf_synth_player_make(bf_random *random, bf_day day, double age)
{
    bf_synth_player player = {.team = BF_SYNTH_FREE, .code = -1, .universal_code = -1};
    player.born = day - (bf_day)(age * DAYS_A_YEAR);
    double value = bf_random_normal(random);
    double usage = bf_random_normal(random);
    double big = bf_random_normal(random);
    player.value = value - (age < 21.0 ? 0.6 : 0.0);
    double above = 4.0 * player.value + 4.2 * usage;
    player.usage = within(16.5 + above + 0.03 * above * above, 8.0, 42.0);
    player.size = big;
    draw_shots(&player, random);
    double turnover = bf_random_normal(random);
    double fouled = bf_random_normal(random);
    double free_throw = bf_random_normal(random);
    player.turnover = within(0.117 * (1.0 + 0.18 * turnover), 0.04, 0.25);
    player.fouled =
        within(0.075 * (1.0 + 0.18 * player.value + 0.15 * big + 0.30 * fouled), 0.01, 0.25);
    player.free_throw =
        within(0.77 - 0.04 * big + 0.015 * player.value + 0.06 * free_throw, 0.4, 0.95);
    return player;
}

void bf_synth_player_age_year(bf_synth_player *player, bf_random *random, double age)
{
    double growth = age < 24.0 ? 0.30 : age < 28.0 ? 0.10 : age < 31.0 ? -0.05 : -0.30;
    double noise = bf_random_normal(random);
    double change = growth + 0.30 * noise;
    player->value += change;
    player->usage = within(player->usage + 3.5 * change, 8.0, 42.0);
}
