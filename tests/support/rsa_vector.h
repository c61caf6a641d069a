/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Made once by openssl: a modulus of 2048 bits (exponent AQAB, kid "r"), a
 * token signed with it (FOREIGN_CLAIMS of foreign.h), the same text signed with
 * PSS, and a key of 1024 bits with its signature of that text.
 */
#ifndef CAMELEER_TESTS_RSA_VECTOR_H
#define CAMELEER_TESTS_RSA_VECTOR_H

#define RSA_N \
	"vvUH_5OCISgxU6Cw-PbPXqNsURaw2lUlTAtUypFTmCQ4pXJIt09EwMZzr4Ar" \
	"1NaL82OtiRTcafO_nbiyyumubq_FblNV91JED7ffD-_vBnv3Z0zkejnGJHFz" \
	"8sUp1TSh6GDuPj6sbvxjfFvfrB90OVSGyPnoU1dQLb4ZJzNijyXPdRSH_qqp" \
	"Uaep6EuCt2uBX9-6h-rzD1EPsBo_dZuZich3TojWY9-9CEQd0Ngyw2J1KD-K" \
	"qLHeF0Cdy7j1TEly7ZRU4R7YTJ-JrHNBF4vNjeIoGSaKbUumSnQEN-bm_BxY" \
	"UD4yQdhkJt_G_gqtRcxW3Vr_Y3b226h-mFDjG_e3qw"

#define RSA_TOKEN \
	"eyJhbGciOiJSUzI1NiIsImtpZCI6InIiLCJ0eXAiOiJKV1QifQ.eyJpc3MiO" \
	"iJodHRwczovL2lkcC5leGFtcGxlIiwiYXVkIjoiYXBwIiwic3ViIjoicy0xI" \
	"iwibm9uY2UiOiJuLTEiLCJpYXQiOjE3MDAwMDAwMDAsImV4cCI6MTcwMDAwM" \
	"DMwMH0.GQjlfzIOYpfouAlWVoemiYpUSZlZaVTunKDzSowFRJK_pliCUnpwc" \
	"ZgkptbtCoSroLT107RSjiwYsIQtreB0ThsvZb9rZntB4BJZkV0Uv2D8LrrGm" \
	"id_hnVgVzch-SzaxTbf3-rs13Opqjc7AnxxZZHhpK0GRXg97DYZREgfyNqCW" \
	"sL5ZeZMaxDISa_sgBSMQqZiCfTXSCNrF259n6HjA_-pyC6l2j1hYZHnDgtvF" \
	"zeUeWfpglmuf7p4mNiSGJupw_n5LxrEyA-dTC_oIQA7QZYWpLipfewGs-iQG" \
	"8lUWTauQOGHQfNdjHgV9BE0Z4UNFmM042GTVn2jLytpYElXuA"

#define RSA_PSS_SIGNATURE \
	"tKTeaU5AYL7w4ls9wmjNclswzWRKpOE7Fd86O_KyAhXKSUyslDfmtvPHZoM5" \
	"WQVmWNuT8uy8anATaXO09dtV3bHRgPcJ2k1BDJ65PhSstclbC_5_ao_UMhVD" \
	"YxamnPOMDJhPwBlM4Svhn5OgBEL9wjaJt0z8rUFwHYOfBVCj2DeiAa-6bjvD" \
	"4FRueBzhyFrZ_K_-rwXt1CpOv-m2Nb5eqoA4omkgmiHJOLpLktRGdWmj5oQs" \
	"3G30kwDDwCFTkcionpviGpKUjgz4X2aikCio84LqtCQw_qcrSBowYBZwlL2I" \
	"uWcJYM_vOrLVC4BZJ7nBSqbMeilruJprGo-hwCUv2Q"

#define RSA_WEAK_N \
	"4HFmsk444X1-3Y245e16CE5MQYO0Dl0OLNEE4fWCXvrhlsnjPges3xVVOiPo" \
	"XBTYBwbmyt_KFTv6cVqonMkBcHzVGYB7y_okP9-ruYyFdzcR-djq3p2qf_Q2" \
	"TyBMABB1bciMOtFfTwhM0i4mPWi63l78ishZ1mJ22hqAN1cJw98"

#define RSA_WEAK_SIGNATURE \
	"uSPNV_bk2XDEuV2K-tQ4fFU8z0GtsD4FCzi4mTSfOPNLatEfMhRcLwyzhbNP" \
	"UN4c6tUEzNqXUtdk8AKMo-XhPDjGmtmHdDwp_sA55uIYSlgK-zHSTa1fBQjZ" \
	"1vnGyAGFY11tfXp0wzpB4MIwPuZjcGMmtMHgHvw3JGsPtZYzdQI"

#endif
