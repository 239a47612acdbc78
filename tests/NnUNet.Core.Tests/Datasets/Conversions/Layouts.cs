using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Datasets.Conversions;

/// <summary>A small source of each public data set that the program describes.</summary>
internal static class Layouts
{
    private static readonly string[] Chaos =
    [
        .. Layout.Each(
            ["1", "2", "3", "4", "5"],
            "Train_Sets/MR/#/T1DUAL/DICOM_anon/InPhase",
            "Train_Sets/MR/#/T1DUAL/DICOM_anon/OutPhase",
            "Train_Sets/MR/#/T1DUAL/Ground:0 63 126 189 252",
            "Train_Sets/MR/#/T2SPIR/DICOM_anon",
            "Train_Sets/MR/#/T2SPIR/Ground:252 189 126 63 0"),
        "Test_Sets/MR/7/T1DUAL/DICOM_anon/InPhase",
        "Test_Sets/MR/7/T1DUAL/DICOM_anon/OutPhase",
        "Test_Sets/MR/7/T2SPIR/DICOM_anon",
    ];

    private static readonly Layout Kits = new("KiTS", [
        "kits19/data/case_00000/imaging",
        "kits19/data/case_00000/segmentation:0 1 2",
        "kits19/data/case_00209/imaging",
        "kits19/data/case_00209/segmentation:2 0",
        "kits19/data/case_00210/imaging",
    ])
    {
        Training = [
            "case_00000 | 10 | 0 1 2",
            "case_00209 | 30 | 2 0",
        ],
        Test = [
            "case_00210 | 50",
        ],
    };

    public static IReadOnlyList<Layout> All { get; } =
    [
        new Layout("AbdominalOrganSegmentation", [
            "RawData/Training/img/img0001",
            "RawData/Training/label/label0001:0 1 13",
            "RawData/Training/img/img0002",
            "RawData/Testing/img/img0061",
        ])
        {
            Training = [
                "img0001 | 10 | 0 1 13",
            ],
            Test = [
                "img0061 | 40",
            ],
        },
        new Layout("Promise", [
            "train/Case00",
            "train/Case00_segmentation:0 1",
            "train/Case01",
            "train/Case01_segmentation:1",
            "test/Case00",
        ])
        {
            Training = [
                "Case00 | 10 | 0 1",
                "Case01 | 30 | 1",
            ],
            Test = [
                "test_Case00 | 50",
            ],
        },
        new Layout("ACDC", [
            .. Layout.Each(
                ["1", "2", "3", "4", "5"],
                "training/patient00#/patient00#_4d",
                "training/patient00#/patient00#_frame01",
                "training/patient00#/patient00#_frame01_gt:0 1 2 3",
                "training/patient00#/patient00#_frame12",
                "training/patient00#/patient00#_frame12_gt:3 2 1 0"),
            "testing/testing/patient101/patient101_frame01",
            "testing/testing/patient101/patient101_4d",
        ])
        {
            Training = [
                "patient001_frame01 | 20 | 0 1 2 3",
                "patient001_frame12 | 40 | 3 2 1 0",
                "patient002_frame01 | 70 | 0 1 2 3",
                "patient002_frame12 | 90 | 3 2 1 0",
                "patient003_frame01 | 120 | 0 1 2 3",
                "patient003_frame12 | 140 | 3 2 1 0",
                "patient004_frame01 | 170 | 0 1 2 3",
                "patient004_frame12 | 190 | 3 2 1 0",
                "patient005_frame01 | 220 | 0 1 2 3",
                "patient005_frame12 | 240 | 3 2 1 0",
            ],
            Test = [
                "patient101_frame01 | 260",
            ],
            HasFolds = true,
        },
        new Layout("LITS", [
            "Training Batch 1/volume-0",
            "Training Batch 1/segmentation-0:0 1 2",
            "Training Batch 2/volume-28",
            "Training Batch 2/segmentation-28:2 1 0",
            "test/test-volume-7",
        ])
        {
            Training = [
                "train_0 | 10 | 0 1 2",
                "train_28 | 30 | 2 1 0",
            ],
            Test = [
                "test_7 | 50",
            ],
        },
        new Layout("BraTS2018", [
            .. Layout.Each(["flair", "t1", "t1ce", "t2", "seg:0 1 2 4"], "MICCAI_BraTS_2018_Data_Training/HGG/Brats18_A_1/Brats18_A_1_#"),
            .. Layout.Each(["flair", "t1", "t1ce", "t2", "seg:4 4 2 1"], "MICCAI_BraTS_2018_Data_Training/LGG/Brats18_B_1/Brats18_B_1_#"),
            .. Layout.Each(["flair", "t1", "t1ce", "t2"], "MICCAI_BraTS_2018_Data_Validation/Brats18_C_1/Brats18_C_1_#"),
            .. Layout.Each(["flair", "t1", "t1ce", "t2"], "MICCAI_BraTS_2018_Data_Testing/Brats18_D_1/Brats18_D_1_#"),
        ])
        {
            Training = [
                "HGG__Brats18_A_1 | 20 30 40 10 | 0 2 1 3",
                "LGG__Brats18_B_1 | 70 80 90 60 | 3 3 1 2",
            ],
            Test = [
                "Brats18_D_1 | 160 170 180 150",
            ],
            Validation = [
                "Brats18_C_1 | 120 130 140 110",
            ],
        },
        new Layout("BraTS2019", [
            .. Layout.Each(["flair", "t1", "t1ce", "t2", "seg:0 1 2 4"], "MICCAI_BraTS_2019_Data_Training/HGG/BraTS19_A_1/BraTS19_A_1_#"),
            .. Layout.Each(["flair", "t1", "t1ce", "t2"], "MICCAI_BraTS_2019_Data_Validation/BraTS19_C_1/BraTS19_C_1_#"),
        ])
        {
            Training = [
                "HGG__BraTS19_A_1 | 20 30 40 10 | 0 2 1 3",
            ],
            Validation = [
                "BraTS19_C_1 | 70 80 90 60",
            ],
        },
        new Layout("ISBILesionSegmentation", [
            .. Layout.Each(
                ["1", "2", "3", "4", "5"],
                "training/training0#/preprocessed/training0#_01_flair_pp",
                "training/training0#/preprocessed/training0#_01_mprage_pp",
                "training/training0#/preprocessed/training0#_01_pd_pp",
                "training/training0#/preprocessed/training0#_01_t2_pp",
                "training/training0#/masks/training0#_01_mask1:0 1",
                "training/training0#/masks/training0#_01_mask2:1 1"),
            .. Layout.Each(["flair", "mprage", "pd", "t2"], "testdata_website/test01/preprocessed/test01_02_#_pp"),
        ])
        {
            Training = [
                "case__01__01__mask1 | 10 20 30 40 | 0 1",
                "case__01__01__mask2 | 10 20 30 40 | 1 1",
                "case__02__01__mask1 | 70 80 90 100 | 0 1",
                "case__02__01__mask2 | 70 80 90 100 | 1 1",
                "case__03__01__mask1 | 130 140 150 160 | 0 1",
                "case__03__01__mask2 | 130 140 150 160 | 1 1",
                "case__04__01__mask1 | 190 200 210 220 | 0 1",
                "case__04__01__mask2 | 190 200 210 220 | 1 1",
                "case__05__01__mask1 | 250 260 270 280 | 0 1",
                "case__05__01__mask2 | 250 260 270 280 | 1 1",
            ],
            Test = [
                "case__01__02 | 310 320 330 340",
            ],
            HasFolds = true,
        },
        new Layout("CHAOS_Task_3_5_Variant1", Chaos)
        {
            Training = [
                "T1_1 | 10 20 | 0 1 2 3 4",
                "T2_1 | 40 40 | 4 3 2 1 0",
                "T1_2 | 60 70 | 0 1 2 3 4",
                "T2_2 | 90 90 | 4 3 2 1 0",
                "T1_3 | 110 120 | 0 1 2 3 4",
                "T2_3 | 140 140 | 4 3 2 1 0",
                "T1_4 | 160 170 | 0 1 2 3 4",
                "T2_4 | 190 190 | 4 3 2 1 0",
                "T1_5 | 210 220 | 0 1 2 3 4",
                "T2_5 | 240 240 | 4 3 2 1 0",
            ],
            Test = [
                "T1_7 | 260 270",
                "T2_7 | 280 280",
            ],
            HasFolds = true,
        },
        new Layout("CHAOS_Task_3_5_Variant2", Chaos)
        {
            Training = [
                "T1_in_1 | 10 | 0 1 2 3 4",
                "T1_out_1 | 20 | 0 1 2 3 4",
                "T2_1 | 40 | 4 3 2 1 0",
                "T1_in_2 | 60 | 0 1 2 3 4",
                "T1_out_2 | 70 | 0 1 2 3 4",
                "T2_2 | 90 | 4 3 2 1 0",
                "T1_in_3 | 110 | 0 1 2 3 4",
                "T1_out_3 | 120 | 0 1 2 3 4",
                "T2_3 | 140 | 4 3 2 1 0",
                "T1_in_4 | 160 | 0 1 2 3 4",
                "T1_out_4 | 170 | 0 1 2 3 4",
                "T2_4 | 190 | 4 3 2 1 0",
                "T1_in_5 | 210 | 0 1 2 3 4",
                "T1_out_5 | 220 | 0 1 2 3 4",
                "T2_5 | 240 | 4 3 2 1 0",
            ],
            Test = [
                "T1_in_7 | 260",
                "T1_out_7 | 270",
                "T2_7 | 280",
            ],
            HasFolds = true,
        },
        Kits,
        Kits with { Name = "KiTS_labelsFixed" },
        new Layout("KiTS_NicksLabels", [
            "kits19/data/case_00000/imaging",
            "filled_labels/case_00000:0 1 2",
            "kits19/data/case_00209/imaging",
            "filled_labels/case_00209:2 0",
            "kits19/data/case_00210/imaging",
        ])
        {
            Training = [
                "case_00000 | 10 | 0 1 2",
                "case_00209 | 30 | 2 0",
            ],
            Test = [
                "case_00210 | 50",
            ],
        },
        new Layout("SegTHOR", [
            "train/Patient_01/Patient_01",
            "train/Patient_01/GT:0 1 2 3 4",
            "test/Patient_41",
        ])
        {
            Training = [
                "Patient_01 | 10 | 0 1 2 3 4",
            ],
            Test = [
                "Patient_41 | 30",
            ],
        },
        new Layout("VerSe", [
            "train/verse004",
            "train/verse004_seg:0 8 25",
            "test/verse012",
        ])
        {
            Training = [
                "verse004 | 10 | 0 8 25",
            ],
            Test = [
                "verse012 | 30",
            ],
        },
        new Layout("ISBI_EM_SEG", [
            "train-volume",
            "train-labels:0 255 0 255",
            "test-volume",
        ])
        {
            Training = [
                "training0 | 10 | 1 0 1 0",
                "training1 | 10 | 1 0 1 0",
                "training2 | 10 | 1 0 1 0",
                "training3 | 10 | 1 0 1 0",
                "training4 | 10 | 1 0 1 0",
            ],
            Test = [
                "testing | 30",
            ],
        },
        new Layout("EPFL_EM_MITO_SEG", [
            "training",
            "training_groundtruth:0 255",
            "testing",
            "testing_groundtruth:255 0",
        ])
        {
            Training = [
                "training0 | 10 | 0 1",
                "training1 | 10 | 0 1",
                "training2 | 10 | 0 1",
                "training3 | 10 | 0 1",
                "training4 | 10 | 0 1",
            ],
            Test = [
                "testing | 30",
            ],
        },
        new Layout("CREMI", [
            .. Layout.Each(
                ["A", "B", "C"],
                "sample_#_20160501_raw",
                "sample_#_20160501_clefts:18446744073709551615 12 99999"),
            .. Layout.Each(["A", "B", "C"], "sample_#+_20160601_raw"),
        ])
        {
            Training = [
                "sample_a | 10 | 0 1 1",
                "sample_b | 30 | 0 1 1",
                "sample_c | 50 | 0 1 1",
                "sample_d | 50 | 0 1 1",
                "sample_e | 50 | 0 1 1",
            ],
            Test = [
                "sample_a+ | 70",
                "sample_b+ | 80",
                "sample_c+ | 90",
            ],
            HasFolds = true,
        },
        new Layout("NIHPancreas", [
            "data/PANCREAS_0001",
            "TCIA_pancreas_labels-02-05-2017/label0001:0 0 0 0 0 0 0 0 0 0 1 0",
        ])
        {
            Training = [
                "pancreas_0001 | 10 | 0 1 0",
            ],
        },
        new Layout("CovidSeg", [
            "tr_im",
            "tr_mask:0 1 2 3 0 0 1 1 3 2",
            "val_im",
        ])
        {
            Training = [
                "part_0 | 10 | 0 1",
                "part_1 | 10 | 2 3",
                "part_2 | 10 | 0 0",
                "part_3 | 10 | 1 1",
                "part_4 | 10 | 3 2",
            ],
            Test = [
                "val_im | 30",
            ],
            Size = new Extent(5, 1, 2),
        },
        new Layout("Fluo_C3DH_A549_ManAndSim", [
            .. Layout.Each(
                ["01", "01_SIM", "02", "02_SIM"],
                "Fluo-C3DH-A549_train/#/t000",
                "Fluo-C3DH-A549_train/#/t001",
                "Fluo-C3DH-A549_train/#_GT/SEG/man_seg001:0 5 300",
                "Fluo-C3DH-A549_train/#_GT/TRA/man_track001:9"),
            "Fluo-C3DH-A549_test/01/t005",
        ])
        {
            Training = [
                "01_t001 | 20 | 0 1 1",
                "01_SIM_t001 | 60 | 0 1 1",
                "02_t001 | 100 | 0 1 1",
                "02_SIM_t001 | 140 | 0 1 1",
            ],
            Test = [
                "01_t005 | 170",
            ],
            HasFolds = true,
        },
        new Layout("Fluo_N3DH_SIM", [
            .. Layout.Each(
                ["01", "02"],
                "Fluo-N3DH-SIM+_train/#/t000",
                "Fluo-N3DH-SIM+_train/#/t001",
                "Fluo-N3DH-SIM+_train/#_GT/SEG/man_seg001:0 5 300",
                "Fluo-N3DH-SIM+_train/#_GT/TRA/man_track001:9"),
            "Fluo-N3DH-SIM+_test/01/t005",
        ])
        {
            Training = [
                "01_t001 | 20 | 0 2 2",
                "02_t001 | 60 | 0 2 2",
            ],
            Test = [
                "01_t005 | 90",
            ],
            HasFolds = true,
        },
        new Layout("BraTS2020", [
            .. Layout.Each(["flair", "t1", "t1ce", "t2", "seg:0 1 2 4"], "MICCAI_BraTS2020_TrainingData/BraTS20_Training_001/BraTS20_Training_001_#"),
            .. Layout.Each(["flair", "t1", "t1ce", "t2"], "MICCAI_BraTS2020_ValidationData/BraTS20_Validation_001/BraTS20_Validation_001_#"),
            .. Layout.Each(["flair", "t1", "t1ce", "t2"], "MICCAI_BraTS2020_TestingData/BraTS20_Testing_001/BraTS20_Testing_001_#"),
        ])
        {
            Training = [
                "BraTS20_Training_001 | 20 30 40 10 | 0 2 1 3",
            ],
            Test = [
                "BraTS20_Testing_001 | 110 120 130 100",
            ],
            Validation = [
                "BraTS20_Validation_001 | 70 80 90 60",
            ],
        },
        new Layout("Fluo-N2DH-SIM_thickborder_time", [
            .. Layout.Each(["0", "1", "2", "3", "4", "5"], "Fluo-N2DH-SIM+_train/01/t00#"),
            "Fluo-N2DH-SIM+_train/02/t004",
            "Fluo-N2DH-SIM+_train/01_GT/SEG/man_seg001:0 5 300",
            "Fluo-N2DH-SIM+_train/01_GT/SEG/man_seg005:7 7",
            "Fluo-N2DH-SIM+_test/02/t000",
        ])
        {
            Training = [
                "01_t001 | 0 0 0 10 20 | 0 2 2",
                "01_t005 | 20 30 40 50 60 | 2 2",
            ],
            Test = [
                "02_t000 | 0 0 0 0 100",
            ],
            Size = new Extent(1, 3, 4),
        },
        new Layout("heart_MNMs", [
            .. Layout.Each(
                ["A0S9V9", "A1D0Q7", "B1", "B2", "B3"],
                "Training/Labeled/#/#_sa",
                "Training/Labeled/#/#_sa_gt:0 1|2 3|1 1"),
            "Training/Unlabeled/C9/C9_sa",
        ])
        {
            Training = [
                "A0S9V9_0000_A_1 | 10 | 0 1",
                "A0S9V9_0002_A_1 | 12 | 1 1",
                "A1D0Q7_0000_A_1 | 30 | 0 1",
                "A1D0Q7_0002_A_1 | 32 | 1 1",
                "B1_0000_B_1 | 50 | 0 1",
                "B1_0002_B_1 | 52 | 1 1",
                "B2_0000_B_1 | 70 | 0 1",
                "B2_0002_B_1 | 72 | 1 1",
                "B3_0000_B_1 | 90 | 0 1",
                "B3_0002_B_1 | 92 | 1 1",
            ],
            HasFolds = true,
            Volumes = 3,
            LabelsHaveVolumes = true,
            Texts = [("information.csv", "External code,Vendor,Centre,ED,ES\nA0S9V9,A,1,0,2\nA1D0Q7,A,1,0,2\nB1,B,1,0,2\nB2,B,1,0,2\nB3,B,1,0,2\nC9,C,4,1,2\nA7,A,1,0,1")],
        },
        new Layout("MassRoadsSeg", [
            "training/input/img-1",
            "training/input/img-2",
            "training/output/img-2:0 255 254",
            "testing/input/img-9",
            "testing/output/img-9:255",
        ])
        {
            Training = [
                "img-2 | 20 21 22 | 0 1 0",
            ],
            Test = [
                "img-9 | 40 41 42",
            ],
            Volumes = 3,
            Size = new Extent(1, 3, 4),
        },
    ];

    /// <summary>The layout of a data set's name.</summary>
    public static Layout Of(string name) => All.Single(l => l.Name == name);
}
