using NnUNet.Imaging.Formats.Dicom;

namespace NnUNet.Imaging.Tests.Formats.Dicom;

public sealed class LosslessJpegTests
{
    private const int Rows = 7, Columns = 9;

    public static TheoryData<int, int, int, int> Forms
    {
        get
        {
            TheoryData<int, int, int, int> data = [];
            foreach (int precision in (int[])[8, 12, 16])
            {
                for (int predictor = 1; predictor <= 7; predictor++)
                {
                    data.Add(precision, predictor, 0, 0);
                    data.Add(precision, predictor, 2 * Columns, 0);
                }
            }

            data.Add(12, 1, 0, 3);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Decode_EveryPredictor_GivesTheSamplesBack(int precision, int predictor, int restart, int transform)
    {
        // Given: all of the range, with the largest differences there are
        int[] samples = Samples(precision, transform);
        byte[] coded = Encode(samples, precision, predictor, restart, transform);
        byte[] into = new byte[Rows * Columns * 2];

        // When
        LosslessJpeg.Decode(coded, into, Rows, Columns, 2);

        // Then
        Assert.Equal(samples, Enumerable.Range(0, samples.Length).Select(i => (int)BitConverter.ToUInt16(into, 2 * i)));
    }

    [Fact]
    public void Decode_CutAtEveryByte_IsRefused()
    {
        byte[] coded = Encode(Samples(12, 0), 12, 4, 0, 0);
        for (int length = 0; length < coded.Length - 3; length++)
        {
            byte[] cut = coded[..length];
            Assert.Throws<InvalidDataException>(() => LosslessJpeg.Decode(cut, new byte[Rows * Columns * 2], Rows, Columns, 2));
        }
    }

    [Fact]
    public void Decode_AnotherSizeThanItShouldHave_IsRefused()
    {
        byte[] coded = Encode(Samples(12, 0), 12, 1, 0, 0);

        InvalidDataException e = Assert.Throws<InvalidDataException>(() => LosslessJpeg.Decode(coded, new byte[2 * 8 * 9], 8, 9, 2));

        Assert.Equal("the JPEG stream has 7 x 9 pixels where 8 x 9 are needed", e.Message);
    }

    private static int[] Samples(int precision, int transform)
    {
        uint state = 12345;
        int[] samples = new int[Rows * Columns];
        for (int i = 0; i < samples.Length; i++)
        {
            state = (state * 1664525) + 1013904223;
            samples[i] = (i % 5 == 0 ? (i % 10 == 0 ? 0 : (1 << precision) - 1) : (int)(state >> (32 - precision))) >> transform << transform;
        }

        return samples;
    }

    /// <summary>A plain encoder, written from the standard's formulas: codes of 5 bits for the 17 sizes of differences.</summary>
    private static byte[] Encode(int[] samples, int precision, int predictor, int restart, int transform)
    {
        List<byte> bytes = [0xff, 0xd8, 0xff, 0xc3, 0, 11, (byte)precision, 0, Rows, 0, Columns, 1, 1, 0x11, 0];
        bytes.AddRange([0xff, 0xc4, 0, 36, 0, 0, 0, 0, 0, 17, .. new byte[11], .. Enumerable.Range(0, 17).Select(static i => (byte)i)]);
        if (restart > 0) bytes.AddRange([0xff, 0xdd, 0, 4, 0, (byte)restart]);
        bytes.AddRange([0xff, 0xda, 0, 8, 1, 1, 0, (byte)predictor, 0, (byte)transform]);
        List<bool> bits = [];
        int from = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            if (restart > 0 && i > 0 && i % restart == 0)
            {
                Flush();
                bytes.AddRange([0xff, (byte)(0xd0 + (((i / restart) - 1) & 7))]);
                from = i;
            }

            int x = i % Columns;
            int prediction = i == from ? 1 << (precision - transform - 1)
                : i - from < Columns ? At(1)
                : x == 0 ? At(Columns)
                : predictor switch
                {
                    1 => At(1),
                    2 => At(Columns),
                    3 => At(Columns + 1),
                    4 => At(1) + At(Columns) - At(Columns + 1),
                    5 => At(1) + ((At(Columns) - At(Columns + 1)) >> 1),
                    6 => At(Columns) + ((At(1) - At(Columns + 1)) >> 1),
                    _ => (At(1) + At(Columns)) >> 1,
                };
            int At(int back) => samples[i - back] >> transform;
            int difference = (short)((samples[i] >> transform) - prediction);
            int size = difference == short.MinValue ? 16 : difference == 0 ? 0 : (int)Math.Log2(Math.Abs(difference)) + 1;
            Put(size, 5);
            if (size is > 0 and < 16) Put(difference > 0 ? difference : difference + (1 << size) - 1, size);
        }

        Flush();
        bytes.AddRange([0xff, 0xd9]);
        return [.. bytes];

        void Put(int value, int count)
        {
            for (int b = count - 1; b >= 0; b--) bits.Add(((value >> b) & 1) == 1);
        }

        void Flush()
        {
            while (bits.Count % 8 != 0) bits.Add(true);
            for (int b = 0; b < bits.Count; b += 8)
            {
                byte value = 0;
                for (int k = 0; k < 8; k++) value = (byte)((value << 1) | (bits[b + k] ? 1 : 0));
                bytes.Add(value);
                if (value == 0xff) bytes.Add(0);
            }

            bits.Clear();
        }
    }
}
