using System.Globalization;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Machine;
using NnUNet.Torch.Training;
using NnUNet.Workflows.Scheduling;

namespace NnUNet.Cli.Texts;

/// <summary>What each device trains now, as a table below all other lines of a terminal. Safe for several threads.</summary>
/// <remarks>It implements no interface over a type of NnUNet.Torch, which <c>--help</c> would have to load.</remarks>
internal sealed class DeviceTable : IDisposable
{
    private const int WordColumns = 5;

    private readonly Lock _gate = new();
    private readonly Terminal _terminal;
    private readonly TimeProvider _clock;
    private readonly Row[] _rows;
    private long _shown;

    /// <summary>A table of devices that train nothing yet.</summary>
    /// <param name="terminal">An interactive terminal.</param>
    /// <param name="devices">The devices' names; the same name several times for several places on it.</param>
    /// <param name="clock">The time.</param>
    public DeviceTable(Terminal terminal, IEnumerable<string> devices, TimeProvider clock)
    {
        (_terminal, _clock, _shown) = (terminal, clock, clock.GetTimestamp());
        _rows = [.. devices.Select(static device => new Row(device))];
    }

    /// <summary>A fold begins on a device.</summary>
    public void Begin(FoldKey key, string device)
    {
        lock (_gate)
        {
            Array.Find(_rows, row => row.Key is null && row.Device == device)?.Begin(key);
            Draw();
        }
    }

    /// <summary>A fold goes on.</summary>
    public void Show(FoldKey key, TrainingProgress training)
    {
        lock (_gate)
        {
            Of(key)?.Take(training);
            if (training.Record is not null || _clock.GetElapsedTime(_shown) >= ProgressPrinter<Step>.TerminalPause) Draw();
        }
    }

    /// <summary>A fold ends; its device is free.</summary>
    public void End(FoldKey key)
    {
        lock (_gate)
        {
            Of(key)?.End();
            Draw();
        }
    }

    /// <summary>The table's lines.</summary>
    public IReadOnlyList<string> Lines()
    {
        string[] head = ["device", "configuration", "fold", "state", "step", "epoch", "Dice", "time left"];
        return TextTable.Format([head, .. _rows.Select(static row => row.Cells())], WordColumns).Split(Environment.NewLine);
    }

    /// <inheritdoc/>
    public void Dispose() => _terminal.Block([]);

    private Row? Of(object key) => Array.Find(_rows, row => key.Equals(row.Key));

    private void Draw()
    {
        _shown = _clock.GetTimestamp();
        _terminal.Block(Lines());
    }

    /// <summary>One device, or one place on it.</summary>
    private sealed class Row(string device)
    {
        private string _state = "";
        private string _step = "";
        private string _epoch = "";
        private string _dice = "";
        private string _left = "";

        public string Device { get; } = device;

        // In a box of its own: a field of a structure of another assembly would have each look at this assembly's types load that one.
        public object? Key { get; private set; }

        public void Begin(FoldKey key)
        {
            Key = key;
            (_state, _step, _epoch, _dice, _left) = ("starting", "", "", "", "");
        }

        public void End() => Key = null;

        public void Take(TrainingProgress training)
        {
            if (StateOf(training.Phase) is not { } state) return;
            _state = state;
            _step = training.Total > 0 ? Text($"{training.Done}/{training.Total}") : "";
            _epoch = Text($"{Math.Min(training.Epoch + 1, training.Epochs)}/{training.Epochs}");
            if (training.Record is { } record) _dice = double.IsNaN(record.Dice) ? "-" : Text($"{record.Dice:0.000}");
            _left = training.Remaining is { } left && left > TimeSpan.Zero ? Sizes.About(left) : "";
        }

        public string[] Cells() => Key is FoldKey key
            ? [Device, key.Configuration.Name, key.Fold, _state, _step, _epoch, _dice, _left]
            : [Device, "", "", "idle", "", "", "", ""];

        private static string? StateOf(TrainingPhase phase) => phase switch
        {
            TrainingPhase.Training or TrainingPhase.EpochDone => "training",
            TrainingPhase.Validating => "validation",
            TrainingPhase.ImageValidation => "validation images",
            TrainingPhase.FinalValidation => "final validation",
            _ => null,
        };

        private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}
