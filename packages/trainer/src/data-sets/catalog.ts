/** Names of the data sets the paper's experiments use, as `trainer data get` takes them. */
export type DataSetName = keyof typeof catalog;

/** Where a data set comes from and what it holds. */
export interface PublishedDataSet {
  /** Size of its zip archive. */
  readonly bytes: number;
  /** Of the archive, lower-case hex. */
  readonly sha256: string;
  /** What its A and its B show. */
  readonly domains: { readonly A: string; readonly B: string };
  /** Pictures of each folder. */
  readonly pictures: {
    readonly trainA: number;
    readonly trainB: number;
    readonly testA: number;
    readonly testB: number;
  };
  /** What stands in the way of getting it from its authors, in one sentence; a mirror may still have it. */
  readonly withheld?: string;
}

/** Where the authors of the paper keep the archives, each as `<name>.zip`. */
export const sourceOfArchives = "http://efrosgans.eecs.berkeley.edu/cyclegan/datasets/";

/**
 * The archives, their sizes and their checksums.
 *
 * Source: tensorflow/datasets `url_checksums/cycle_gan.txt` (sizes and SHA-256) and its `cycle_gan` catalogue page (pictures).
 */
export const catalog = {
  apple2orange: {
    bytes: 78_456_409,
    sha256: "845a191e9af8926408ea597001cd03a452e3300a1f44a79fe329b3d59f6e3eb8",
    domains: { A: "apple", B: "orange" },
    pictures: { trainA: 995, trainB: 1019, testA: 266, testB: 248 },
  },
  cezanne2photo: {
    bytes: 279_885_071,
    sha256: "3a6c10ca21f9485862f1cbd707744b9dc258954a04631271d23a3605eeb63cff",
    domains: { A: "cezanne", B: "photo" },
    pictures: { trainA: 525, trainB: 6287, testA: 58, testB: 751 },
  },
  cityscapes: {
    bytes: 279_601_602,
    sha256: "d2f6910fd056c1ee9873777ae838e7ac4a2c833598ae62a04188e5ab2f4ea036",
    domains: { A: "photo", B: "labels" },
    pictures: { trainA: 2975, trainB: 2975, testA: 500, testB: 500 },
    withheld:
      "Cityscapes may only be had from cityscapes-dataset.com by its own licence; register there, or name a mirror you may use.",
  },
  facades: {
    bytes: 35_135_868,
    sha256: "9a31ebf3a31b9b5cd195dd5bf62e9308e00cb94604d1019e3889ac84248695c0",
    domains: { A: "photo", B: "labels" },
    pictures: { trainA: 400, trainB: 400, testA: 106, testB: 106 },
  },
  horse2zebra: {
    bytes: 116_867_962,
    sha256: "a74d9d392eecca9966b51287a76ca126af473d9de4f3e8fc0e9cda08fa1730a1",
    domains: { A: "horse", B: "zebra" },
    pictures: { trainA: 1067, trainB: 1334, testA: 120, testB: 140 },
  },
  iphone2dslr_flower: {
    bytes: 339_964_458,
    sha256: "8fcb5e374d631b107e1d961b8c4cd0a186aa2a4ff3e279923f4c426128de7113",
    domains: { A: "iphone", B: "dslr" },
    pictures: { trainA: 1812, trainB: 3325, testA: 569, testB: 480 },
  },
  maps: {
    bytes: 1_476_754_427,
    sha256: "639534f69dbf9f36bef8d6292a7698006361221f83f0285d7c9ca78afe6e8a9e",
    domains: { A: "aerial", B: "map" },
    pictures: { trainA: 1096, trainB: 1096, testA: 1098, testB: 1098 },
  },
  monet2photo: {
    bytes: 305_231_073,
    sha256: "88f91b00fc228f97c9411fbf1880ec1d119c98f1722e4cfcfaa2fb35fac05b04",
    domains: { A: "monet", B: "photo" },
    pictures: { trainA: 1072, trainB: 6287, testA: 121, testB: 751 },
  },
  summer2winter_yosemite: {
    bytes: 132_640_856,
    sha256: "167fe1726807a9d22bd106b4a6c0bd7953b688af924ac1bf967439c4961e49f9",
    domains: { A: "summer", B: "winter" },
    pictures: { trainA: 1231, trainB: 962, testA: 309, testB: 238 },
  },
  ukiyoe2photo: {
    bytes: 292_946_532,
    sha256: "02a2a2fb5ecf425ca1bf86aca7304377da64a2a1d3b86df54eb65e4068bf3b08",
    domains: { A: "ukiyoe", B: "photo" },
    pictures: { trainA: 562, trainB: 6287, testA: 263, testB: 751 },
  },
  vangogh2photo: {
    bytes: 306_590_349,
    sha256: "362c3473e70be0944bda08d49d660eafdc2854df55d697835b8186d1d79caaff",
    domains: { A: "vangogh", B: "photo" },
    pictures: { trainA: 400, trainB: 6287, testA: 400, testB: 751 },
  },
} as const satisfies Readonly<Record<string, PublishedDataSet>>;
