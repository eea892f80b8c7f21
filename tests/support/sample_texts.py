"""The words of the sample conference; make_sample.py gives them times, rooms and people.

Real, as public facts: the titles of the 18 microconferences of LPC 2025, the people whom their
calls for proposals name (`key`, and `leads` where `leads_are_real`). Everything else is made up
for Rollcall: descriptions, contributions, who speaks about what, and every other name.
"""

# A contribution is (title, abstract, real people who speak); () gets invented speakers.
MCS = [
    dict(
        key="rt-sched",
        title="Real Time and Scheduler",
        leads=["Oddvar Brekkhus", "Marisela Quintanar"],
        named=["Ingo Molnar", "Peter Zijlstra", "Juri Lelli", "Vincent Guittot", "Dietmar Eggemann", "Steven Rostedt",
               "Ben Segall", "Mel Gorman", "Valentin Schneider", "Thomas Gleixner", "John Stulz",
               "Sebastian Andrzej Siewior", "K Prateek Nayak", "Shrikanth Hegde", "Phil Auld", "Dhaval Giani",
               "Clark Williams"],
        text="PREEMPT_RT is in the mainline tree, EEVDF has replaced the old fair class, and deadline servers keep a "
             "runaway FIFO task from starving everybody else. What is left is the hard half: how the fair class can "
             "offer short wake-up latency without losing throughput, how proxy execution follows a blocked owner "
             "across run queues, and how bandwidth throttling can wait until a task returns to user space. We also "
             "look at load balancing on parts with big, little and multi-threaded cores, at spinlocks that became "
             "rtmutexes, and at the noise that interprocessor interrupts bring to isolated CPUs. Bring a patch set or "
             "a trace.",
        tags=["EEVDF", "PREEMPT_RT", "proxy execution", "SCHED_DEADLINE", "priority inheritance", "load balancing",
              "CPU isolation and nohz_full", "cfs bandwidth throttling", "wake-up latency", "osnoise and rtla"],
        talks=[
            ("Proxy execution: migrating the chain", "Donor and owner may sit on different run queues. We go through "
             "the return migration races seen under rtmutex stress and decide what the next series has to contain.",
             ["John Stultz"]),
            ("EEVDF slices and wake-up latency", "Custom slice lengths help interactive tasks, but delayed dequeue and "
             "lag placement still surprise people. Numbers from phones and servers, and three ways to go on.",
             ["Vincent Guittot"]),
            ("Throttling on the way to user space", "A task that holds a kernel lock must not be throttled. How to "
             "move CFS bandwidth enforcement to the exit path, and what hierarchical accounting then costs.", []),
            ("Deadline servers beyond the fair class", "Should every scheduling class get a SCHED_DEADLINE reservation "
             "of its own, and who sets runtime and period per CPU?", ["Juri Lelli"]),
            ("Cache aware load balancing", "Grouping threads of a process under one last level cache cuts misses, and "
             "fights NUMA balancing. Where should the two meet?", ["K Prateek Nayak"]),
            ("Tracing latency with rtla and BPF", "Timerlat and osnoise find the spike; finding its cause takes days. "
             "We show automatic stop-tracing with stacks and ask what the tracers lack.", ["Steven Rostedt"]),
        ]),
    dict(
        key="android",
        title="Android",
        leads_are_real=True,
        leads=["Lukasz Luba", "Amit Pundir", "Mostafa Saleh", "Sumit Semwal", "John Stultz", "Karim Yaghmour"],
        named=[],
        text="Phones, watches and cars run kernels that are nearly mainline, and this session is about the word nearly. "
             "We talk about the generic kernel image and its module interface, binder and priority inheritance across "
             "processes, 16 KiB pages with file systems and ELF files laid out for 4 KiB, memory cgroups per app, and "
             "protected guests under pKVM. A generic boot loader that many SoC vendors can share, profile guided "
             "kernels with AutoFDO, zram and swap policy, and dma-buf heaps for camera and codec pipelines are on the "
             "list too. Each topic should end with a name and a next patch.",
        tags=["binder", "generic kernel image", "16K pages", "pKVM", "AutoFDO", "zram", "dma-buf heaps", "ublk",
              "generic boot loader", "per-app memcg"],
        talks=[
            ("Binder and priority inheritance", "A transaction lends its caller's priority by hand today. Could an "
             "rtmutex-like chain through binder threads and proxy execution do it properly?", []),
            ("16 KiB pages: the long tail", "Most of the platform boots with larger pages. We list what still breaks: "
             "file mappings, emulated 4 KiB processes, and memory overhead of small files.", []),
            ("Energy aware placement on three-cluster phones", "Capacity clamps and the energy model disagree on mid "
             "cores. Traces of camera start-up, and ideas for utilisation clamping per task group.",
             ["Vincent Guittot"]),
            ("pKVM: devices for protected guests", "A protected virtual machine wants DMA without trusting the host. "
             "Where does the IOMMU driver in the hypervisor end and VFIO begin?", ["Mostafa Saleh"]),
            ("One boot loader for all", "A common EFI application loads boot images with verified boot. Which "
             "protocols must U-Boot and vendor firmware offer?", []),
            ("AutoFDO for kernel and modules", "Sampled branch profiles give several per cent. Storing, ageing and "
             "sharing profiles over stable releases is open.", []),
        ]),
    dict(
        key="boot-security",
        title="System Boot and Security",
        leads=["Radomira Vosátková", "Teodor Haugmyr"],
        named=[],
        text="Between the reset vector and the first process lie firmware, boot loaders, a TPM event log and a good deal "
             "of trust. We want to shorten the path and to be able to prove it: measured and verified boot, dynamic "
             "root of trust with Intel TXT and AMD SKINIT, shim review and SBAT revocation, unified kernel images "
             "signed as one piece, and IMA appraisal for what comes after. Open firmware such as coreboot, EDK II and "
             "U-Boot takes part, and so do baseboard controllers with OpenBMC. Special attention goes to patches that "
             "have circled on lists for years without landing, and to remote attestation that verifiers can actually "
             "use.",
        tags=["TPM", "measured boot", "UEFI Secure Boot", "shim and SBAT", "unified kernel images", "DRTM", "IMA",
              "coreboot", "U-Boot", "remote attestation", "OpenBMC"],
        talks=[
            ("Dynamic launch: what still blocks it", "A late launch resets PCRs and measures the kernel anew. We sort "
             "the review comments on the setup code and agree how to split the series.", []),
            ("Revoking boot loaders without bricking machines", "SBAT generations promise small revocation lists. "
             "Experience from two distributions, and why recovery media are the weak point.", []),
            ("Unified kernel images and add-ons", "Signed command line fragments and initrd add-ons measured into "
             "PCR 12 and 13: naming, ordering and policy.", []),
            ("TPM sessions on a hostile bus", "HMAC sessions protect unsealing against an interposer, at a cost during "
             "boot. Null seed checks and making them cheap.", ["James Bottomley"]),
            ("Attesting a fleet with IMA logs", "Logs grow without bound across kexec. Snapshots, trimming and what a "
             "verifier must keep.", []),
        ]),
    dict(
        key="vfio-iommu-pci",
        title="VFIO/IOMMU/PCI",
        leads_are_real=True,
        leads=["Alex Williamson", "Bjorn Helgaas", "Jörg Roedel", "Lorenzo Pieralisi", "Krzysztof Wilczyński"],
        named=["Alex Williamson", "Benjamin Herrenschmidt", "Bjorn Helgaas", "Dan Williams", "Ilpo Järvinen",
               "Jacob Pan", "James Gowans", "Jason Gunthorpe", "Jonathan Cameron", "Jörg Rödel", "Kevin Tian",
               "Lorenzo Pieralisi", "Lu Baolu", "Manivannan Sadhasivam"],
        text="Three subsystems meet wherever a device is handed to a guest or to a process. PCI finds it, sizes its BARs "
             "and recovers it after errors; the IOMMU gives it an address space; VFIO and iommufd let user space drive "
             "it. Topics that no one of them can settle alone: PASID and shared virtual addressing, page request "
             "queues and who may drain them, viommu objects, peer-to-peer DMA through switches with ACS, link "
             "encryption with IDE and SPDM, trusted assignment with TDISP, resizable BARs and bridge windows, AER and "
             "DPC recovery, CXL memory behind root ports, and endpoint controllers on small SoCs.",
        tags=["VFIO", "iommufd", "PASID", "SVA", "PCI error recovery", "P2PDMA", "TDISP", "CXL", "SR-IOV",
              "resizable BAR", "PCI endpoint"],
        talks=[
            ("State of PCI", "What went in during the last year, what is queued, and which host bridge drivers need "
             "help with review.", ["Bjorn Helgaas", "Krzysztof Wilczyński"]),
            ("iommufd: viommu, vdevice and fault queues", "The object model is settling. We check it against nested "
             "translation on three architectures and list the missing ioctls.", ["Jason Gunthorpe"]),
            ("Trusted devices: who owns the TSM", "Binding a TDI touches PCI, the secure monitor and VFIO. A walk "
             "through lock, run and error states, with open questions for every owner.", ["Dan Williams"]),
            ("Bridge windows and resizable BARs", "Resizing fails when a sibling holds the window. Proposals to "
             "release and reassign resources without unplugging half the tree.", ["Ilpo Järvinen"]),
            ("Page requests under load", "PRI queue overflow is answered with success and a retry. Measured on two "
             "IOMMUs, with a design for fair draining by PASID.", ["Lu Baolu"]),
            ("Endpoint controllers meet virtio", "A SoC that poses as a virtio device needs doorbells, MSI mapping and "
             "a transport both sides believe in.", ["Manivannan Sadhasivam"]),
        ]),
    dict(
        key="live-update",
        title="Live Update",
        leads=["Ismenia Carvajal", "Torgeir Vindheim"],
        named=["Pasha Tatashin", "David Matlack", "David Rientjes", "Chris Li", "Bjorn Helgaas", "Samiullah Khawaja",
               "Vipin Sharma", "Josh Hilke", "Changyuan Lyu", "Alex Graf", "David Woodhouse", "James Gowans",
               "Pratyush Yadav", "Jason Gunthorpe", "Mike Rapoport", "Alex Williamson"],
        text="Replacing the kernel below running guests takes a kexec that forgets nothing it promised to keep. Kexec "
             "handover passes preserved folios to the next kernel, an orchestrator holds file descriptors in sessions, "
             "and drivers have to leave devices running with interrupts and DMA in flight. We discuss memfd, hugetlb "
             "and guest_memfd contents, iommufd page tables that survive, VFIO devices which are not reset, versioned "
             "serialisation formats between unequal kernels, and the order in which subsystems freeze and thaw. "
             "Downtime counts: shutdown, early boot and memory initialisation on machines with terabytes are measured "
             "in tens of milliseconds.",
        tags=["kexec handover", "live update orchestrator", "guest_memfd", "memfd preservation", "hypervisor downtime",
              "iommufd persistence", "hugetlb", "device state preservation", "kexec", "versioned ABI"],
        talks=[
            ("Kexec handover after a year", "Scratch areas, preserved folios and the radix tree that carries them. "
             "What users have asked for, and what we would rather not keep stable.", ["Mike Rapoport"]),
            ("Sessions and file descriptors", "User space names what has to survive. Liveness, ownership and error "
             "paths when a restore fails halfway.", ["Pasha Tatashin"]),
            ("Keeping DMA alive across kexec", "Page tables, domain ids and the PASID space must not move while a "
             "device writes. Steps for iommufd and two IOMMU drivers.", ["Jason Gunthorpe", "Samiullah Khawaja"]),
            ("VFIO devices that skip the reset", "Bus mastering stays on, config space stays as it is. Which "
             "assumptions in PCI enumeration break?", ["David Matlack"]),
            ("Preserving memfd and hugetlb", "Folio order, seals and the swap state all belong to a file. A first "
             "format, and what upgrades and rollbacks do to it.", ["Pratyush Yadav"]),
            ("Testing an update that never ends", "Hundreds of kexecs a night in nested virtual machines, selftests "
             "in two halves, and fault injection between them.", ["Vipin Sharma"]),
            ("Milliseconds in shutdown", "A profile of device_shutdown, memblock and deferred struct page set-up on "
             "a large host.", []),
        ]),
    dict(
        key="build-systems",
        title="Build Systems",
        leads=["Henrike Ostwald", "Babajide Olorunfemi"],
        named=[],
        text="Distributions, embedded images and containers are all built by somebody's scheduler of compilers, and all "
             "of them now have to say precisely what went in. The meeting joins people from package builders, "
             "BitBake layers, Nix-like stores, image composers and hermetic remote execution. We compare notes on "
             "bit-identical output and the last sources of noise, on SPDX and CycloneDX documents that survive from "
             "recipe to update server, on signing and provenance attestations, bootstrapping from small seeds, cross "
             "compilation and sysroots, caches shared between strangers, and the paperwork of the Cyber Resilience "
             "Act.",
        tags=["reproducible builds", "SBOM", "SPDX", "Yocto Project", "Nix", "Buildroot", "cross compilation",
              "provenance attestation", "bootstrapping", "remote execution", "image updates"],
        talks=[
            ("The last two per cent of reproducibility", "What still differs after timestamps, paths and hash seeds "
             "are gone: parallel linkers, profile data, and embedded signatures.", []),
            ("From recipe to SBOM to advisory", "One component has four names on its way. Mapping package URLs and CPE "
             "so that a vulnerability scan tells the truth.", []),
            ("Bootstrapping a compiler from 500 bytes", "The chain of seeds now reaches a modern GCC on two "
             "architectures. What a third would need.", []),
            ("Shared caches among strangers", "Content addressed stores save days of CPU, if you believe the "
             "uploader. Attested builders and quorum of rebuilds.", []),
            ("Kernel modules outside the tree", "Symbol versions, BTF and signatures make out-of-tree modules fragile "
             "in image builds. Could kbuild export an SDK?", []),
        ]),
    dict(
        key="rust",
        title="Rust",
        leads=["Fjolla Berishaj", "Casimir Delvaulx"],
        team=["Miguel Ojeda", "Boqun Feng", "Gary Guo", "Benno Lossin", "Andreas Hindborg", "Alice Ryhl",
              "Trevor Gross", "Danilo Krummrich"],
        named=["Abdiel Janulgue", "Alexandre Courbot", "Alistair Francis", "Arnaldo Carvalho de Melo", "Bjorn Helgaas",
               "Burak Emir", "Christian Brauner", "Christian Schrefl", "Daniel Almeida", "Dave Airlie", "David Gow",
               "Dirk Behme", "Fiona Behrens", "Frederic Weisbecker", "FUJITA Tomonori", "Greg Kroah-Hartman",
               "Igor Korotin", "Ingo Molnar", "Jocelyn Falempe", "Joel Fernandes", "Kees Cook", "Liam R. Howlett",
               "Lorenzo Stoakes", "Luis Chamberlain", "Lyude Paul", "Masahiro Yamada", "Matthew Maurer",
               "Nathan Chancellor", "Paolo Bonzini", "Paul E. McKenney", "Peter Zijlstra", "Remo Senekowitsch",
               "Rob Herring", "Robin Murphy", "Sami Tolvanen", "Stephen Boyd", "Tamir Duberstein", "Tejun Heo",
               "Thomas Gleixner", "Viresh Kumar", "Will Deacon", "Yury Norov"],
        text="Drivers and whole subsystems are being written in Rust, so the questions have moved from whether to how. "
             "Abstractions over C interfaces need owners on both sides; pin-init, device lifetimes and revocable "
             "resources need shared idioms; the kernel's memory model has to be reconciled with that of the language. "
             "On the tool side we look at bindgen and inline helpers, minimum compiler versions on stable trees, "
             "rustdoc tests under KUnit, klint, objtool coverage, KCSAN for atomics, and the progress of GCC based "
             "front ends. Short slides, long discussion, and maintainers who have said no are very welcome.",
        tags=["Rust for Linux", "pin-init", "safe abstractions", "bindgen", "klint", "kernel memory model", "Rust DRM "
              "drivers", "gccrs", "unsafe code guidelines", "DMA and device lifetimes"],
        talks=[
            ("Where we stand", "Subsystems with Rust in tree, features still unstable, and the plan for the minimum "
             "compiler version.", ["Miguel Ojeda"]),
            ("Devices, drivers and revocation", "A driver's data must die before its device does. Typestate for bound "
             "devices, and what devres cannot express.", ["Danilo Krummrich"]),
            ("Field projection and pinned data", "Projections through pointers, RCU guards and pinned fields share a "
             "shape. Could the language give it to us?", ["Benno Lossin"]),
            ("Atomics: two memory models, one kernel", "LKMM ordering wrapped in Rust types, helpers without inlining, "
             "and litmus tests that both sides accept.", ["Boqun Feng"]),
            ("A PHY, a timer and a clock", "Three small abstractions, three review histories. Which steps can be "
             "written down for the next author?", ["FUJITA Tomonori"]),
            ("GPU drivers from nothing", "Register macros, falcon firmware and command queues, built while the "
             "abstractions below were still moving.", ["Alexandre Courbot"]),
        ]),
    dict(
        key="coco",
        title="Confidential Computing",
        leads=["Ludomír Zapletálek", "Yewande Adegbenro"],
        named=["Ashish Kalra", "Borislav Petkov", "Dan Williams", "Daniel P. Berrangé", "Dr. David Alan Gilbert",
               "David Hansen", "David Kaplan", "David Rientjes", "Dhaval Giani", "Dionna Amalie Glaze",
               "Elena Reshetova", "James Bottomley", "Joerg Roedel", "Kirill A. Shutemov", "Michael Roth",
               "Mike Rapoport", "Paolo Bonzini", "Peter Fang", "Peter Gonda", "Sean Christopherson",
               "Stefano Garzarella", "Tom Lendacky"],
        text="Guests that do not trust their host are now supported by KVM on SEV-SNP and TDX, with CCA following, and "
             "the remaining gaps hurt in production. Private memory comes from guest_memfd and still wants huge pages, "
             "in-place conversion and NUMA policy. Migration needs an agent that both sides can attest. Secure VM "
             "service modules and paravisors run at a higher privilege inside the guest, which asks KVM for planes. "
             "Devices join through TEE I/O. Evidence formats, vTPMs, key brokers and the endless question of what a "
             "hypervisor may inject complete the agenda, along with plain performance.",
        tags=["SEV-SNP", "Intel TDX", "Arm CCA", "guest_memfd", "attestation", "SVSM", "VM planes", "vTPM",
              "confidential VM migration", "TEE I/O"],
        talks=[
            ("VM planes in KVM", "Several privilege levels share one guest. Memory attributes per plane, exits, and an "
             "interface that suits SNP and TDX partitioning.", ["Paolo Bonzini"]),
            ("An SVSM in Rust, and its neighbours", "A service module offers a vTPM and an alternate injection path. "
             "What protocol numbers and boot order should be common?", ["Joerg Roedel"]),
            ("Huge pages for private memory", "Splitting on conversion, zapping, and the page state change storm at "
             "boot. Benchmarks with 2 MiB and 1 GiB.", ["Michael Roth"]),
            ("Attestation without vendor glue", "configfs-tsm reports are a start. Runtime measurements, policy in "
             "the relying party, and certificates that expire.", ["Dionna Amalie Glaze"]),
            ("Hardening the guest against its host", "Virtio, ACPI tables and port I/O accept what the host says. "
             "Fuzzing results and filters that did not annoy anyone.", ["Elena Reshetova"]),
            ("Migrating a guest you cannot read", "A migration agent, key exchange, and dirty tracking for private "
             "pages: the gaps on each platform.", []),
        ]),
    dict(
        key="gaming",
        title="Gaming on Linux",
        leads=["Ximena Larrondo", "Aurelio Bragantini"],
        named=[],
        text="Games stress the whole stack at once, sixty to two hundred times a second. A handheld wants steady frames "
             "on six watts; a desktop wants foreign binaries with their own idea of mutexes and file names. This "
             "half-day covers synchronisation primitives for translated programs, case folding in file systems, "
             "compositor and driver latency, explicit sync, HDR and variable refresh, memory pressure with many "
             "gigabytes of textures, GPU reset and recovery, schedulers tuned for frame deadlines, controllers over "
             "HID, and x86 emulation on arm64 with its strong memory ordering. Traces and replayable workloads are "
             "preferred to anecdotes.",
        tags=["ntsync", "futex", "frame pacing", "Wayland explicit sync", "HDR", "case-insensitive file systems",
              "GPU memory pressure", "handheld power", "x86 emulation on arm64", "GPU reset"],
        talks=[
            ("After ntsync: what wait still costs", "Profiles of translated games show wake-ups dominating. Is a "
             "vectored wait with ownership worth another interface?", []),
            ("VRAM under pressure: cgroups for the GPU", "The dmem controller protects the game from the browser. "
             "Defaults that a desktop could ship.", []),
            ("Frame deadlines as scheduler hints", "A compositor knows the next vblank. Ways to hand that to cpufreq "
             "and to the scheduler without a priority war.", []),
            ("Strong ordering on weak machines", "Emulators pay for total store order. Per-process hardware modes and "
             "how to expose them on arm64.", []),
            ("Recovering a lost GPU", "Device wedged events, robust contexts and a compositor that survives. The "
             "remaining paths that hang a session.", []),
            ("Controllers, gyros and latency", "From HID report to photon: where eight milliseconds hide.", []),
        ]),
    dict(
        key="power-thermal",
        title="Power Management and Thermal Control",
        leads=["Saoirse Mac Fhlannchaidh", "Benedikt Auerhahn"],
        named=["Rafael J. Wysocki", "Lukasz Luba", "Vincent Guittot", "Saravana Kannan", "Sriniva Pandruvada",
               "Ulf Hansson", "Deepti Jaggi", "Prasad Sodagudi", "Manaf Meethalavalappu Pallikunhi", "Tudor Ambarus",
               "Amit Kucheria", "Srinivas Kandagatla"],
        text="Energy is a budget, heat is its limit, and both are spent by code that seldom talks to each other. We "
             "bring together cpufreq and cpuidle governors, the energy model and its run-time corrections, runtime PM "
             "and power domains with several performance states, devfreq, thermal zones with thresholds, and power "
             "capping. Discussions this time: performance constraints set by user space and merged with those of the "
             "kernel, fast telemetry of power and temperature, deeper system-wide idle states picked by latency "
             "tolerance, asynchronous suspend and resume with device links, and cars that must wake within a blink.",
        tags=["cpufreq", "cpuidle", "energy model", "runtime PM", "power domains", "thermal zones", "powercap",
              "suspend and resume", "devfreq", "performance QoS"],
        talks=[
            ("An energy model that moves", "Leakage grows with temperature and the table does not know it. Updating "
             "costs at run time, and proof that it helps.", ["Lukasz Luba"]),
            ("Faster resume with device links", "Asynchronous resume in dependency order saves a third on phones. "
             "Which buses still insist on waiting?", ["Rafael J. Wysocki"]),
            ("Idle states for the whole system", "Suspend-to-idle has one depth; SoCs have four. Choosing by latency "
             "constraints of devices and CPUs.", ["Ulf Hansson"]),
            ("Performance QoS from user space", "Hints for GPU, interconnect and CPU through one interface: rights, "
             "units, and time-outs for clients that die.", []),
            ("Hardware feedback and efficient cores", "Workload hints change which cores are worth using. Exposing "
             "them to governors without flapping.", ["Srinivas Pandruvada"]),
            ("Telemetry at a kilohertz", "Reading power sensors costs power. Ring buffers, perf or IIO?", []),
        ]),
    dict(
        key="safe-systems",
        title="Safe Systems with Linux",
        leads=["Gudmund Eikrem", "Philippa Thornbury-Hale"],
        named=["Steve Rostedt", "Greg Kroah-Hartman", "Thomas Gleixner", "Jonathan Corbet", "Tim Bird", "Shuah Khan",
               "Gustavo Padovan", "Gabrielle Paoloni", "Chuck Wolber", "Luigi Pellecchia", "Alessandro Carminati",
               ("Wolfram Sang", "Renesas BSP"), ("Vincent Mailhol", "CAN Subsystem"), "Kate Stewart",
               "Philipp Ahmann", "Nicole Pappler"],
        text="An assessor asks three things: what is this function supposed to do, who tested that, and what changed "
             "since. Kernel code answers the third very well. We work on the other two without slowing anyone down: "
             "testable expectations next to the code in a form that a script can read, hashes that tell when a text "
             "and its function have drifted apart, links from selftests and KUnit cases to expectations, coverage "
             "that counts for something, and fault injection. Industry people from rail, automotive, medicine and "
             "space explain which evidence IEC 61508 or ISO 26262 really needs, and which is habit.",
        tags=["functional safety", "requirements traceability", "ISO 26262", "kernel documentation", "test coverage",
              "fault injection", "SPDX identifiers", "freedom from interference", "kunit", "static analysis"],
        talks=[
            ("Expectations in the tracing code", "Comments that state testable behaviour for a dozen functions. What "
             "reviewers liked, and which two bugs turned up.", ["Steve Rostedt"]),
            ("When text and code drift", "Hashing a function body to flag a stale requirement is easy; avoiding false "
             "alarms is not. Three normalisations compared.", ["Alessandro Carminati"]),
            ("Coverage that an assessor accepts", "MC/DC from clang over kernel code: instrumentation, memory and a "
             "pile of macros. First full run.", []),
            ("Freedom from interference, measured", "Memory, time and I/O partitions on mixed criticality parts. "
             "Stressors and the leaks they found.", []),
            ("Documentation as a product", "Who reads it, who keeps it true, and how kernel-doc could carry more "
             "structure.", ["Jonathan Corbet"]),
            ("CAN drivers: a worked example", "From frame format to error states: writing expectations for one small "
             "driver in an afternoon.", ["Vincent Mailhol"]),
        ]),
    dict(
        key="embedded-iot",
        title="Embedded and IoT",
        leads=["Ngaire Tūhoro", "Ottokar Wendelin"],
        topics=[("Boot time optimizations", ["Tim Bird", "Khasim Syed Mohammed"]),
                ("Kernel size and flash wear", []),
                ("CAN subsystem", ["Marc Kleine-Budde", "Oleksij Rempel"]),
                ("Linux-wpan subsystem", ["Stefan Schmidt", "Miquel Raynal", "Alexander Aring"]),
                ("Sync device tree description of hardware between U-Boot, Linux and Zephyr", ["Nishanth Menon"]),
                ("Generic MCU communication driver", ["Schuyler Patton"])],
        named=[],
        text="Small systems rarely live alone: a Linux core sits beside a microcontroller, a radio and a field bus, and "
             "each speaks of the same hardware in another dialect. We collect what hurts when a product has eight "
             "megabytes, half a second and ten years. Start-up from power-on to the first useful frame; drivers that "
             "probe in parallel; IEEE 802.15.4 and its place next to Thread; CAN XL and higher protocols; mailbox and "
             "remoteproc links to real-time firmware; one devicetree for boot loader, Linux and Zephyr; over-the-air "
             "updates on worn flash. Tools and measurements beat opinions.",
        tags=["boot time", "devicetree", "CAN XL", "IEEE 802.15.4", "remoteproc", "rpmsg", "Zephyr", "kernel size",
              "over-the-air update", "IIO sensors"],
        talks=[
            ("Half a second to the camera picture", "Deferred probing, clocks left on and a slow regulator: a boot "
             "chart, and the patches that came from it.", ["Tim Bird"]),
            ("CAN XL and the socket interface", "Frames of two kilobytes and a new priority field. Which parts of the "
             "user ABI can stay?", ["Marc Kleine-Budde"]),
            ("Who needs linux-wpan", "Scanning and association arrived; Thread runs elsewhere. What is missing for a "
             "border router with kernel MAC?", ["Miquel Raynal"]),
            ("One devicetree for three projects", "Bindings are shared by copying. Ownership, validation and a tree "
             "that boot loader and RTOS could both import.", ["Nishanth Menon"]),
            ("A common protocol for companion chips", "Everybody writes a driver for their microcontroller with GPIO, "
             "ADC and watchdog inside. A generic framing and discovery.", []),
            ("Saving the flash", "Write amplification of logs and databases on raw NAND, measured over two years in "
             "the field.", []),
        ]),
    dict(
        key="mm",
        title="Memory management",
        leads=["Evangelia Papastratou", "Rowland Ashgrove"],
        named=[],
        text="Pages are becoming folios, folios are becoming descriptors, and the rest of the kernel would like to know "
             "when it is over. We spend the time on what needs several people to agree: multi-size huge pages and who "
             "picks the order, khugepaged for anonymous and file memory, separately allocated memory descriptors, "
             "reclaim with the multi-generational LRU, swap tables and zswap, tiering with CXL, per-VMA locks and "
             "fault scalability, guest_memfd and pinned pages, allocation that may not fail, and how far BPF may reach "
             "into policy. Prototype patches and benchmark machines are welcome.",
        tags=["folios", "transparent huge pages", "mTHP", "memdesc", "MGLRU", "zswap", "CXL memory tiering",
              "per-VMA locks", "hugetlb", "userfaultfd", "memory cgroups"],
        talks=[
            ("Who picks the folio order", "Fault, readahead and khugepaged each have a policy. A proposal for one "
             "place to ask, with a BPF hook behind it.", []),
            ("Memdescs: the next three steps", "Slab is out of struct page, page tables follow. What remains shared, "
             "and who still peeks inside?", []),
            ("Swap tables and large folios", "Cluster locks are gone from the hot path. Swapping in at high order "
             "without read amplification.", []),
            ("Tiering that notices in time", "Hint faults are late, hardware hot-page lists are early. Promotion "
             "rates on two CXL boxes.", []),
            ("The maple tree under the page fault", "Lockless lookups, guard regions and the cost of splitting. A "
             "status report and requests.", ["Liam R. Howlett"]),
            ("mmap made testable", "VMA merge logic runs in user space now. More of it could.", ["Lorenzo Stoakes"]),
        ]),
    dict(
        key="testing",
        title="Kernel Testing & Dependability",
        leads=["Marjolein Vredeveld", "Chukwuemeka Nwabara"],
        named=[],
        text="More tests run on the kernel than anyone can read the results of. This meeting is for those who write, "
             "run and look at them: KUnit and kselftest, syzkaller and its reproducers, KernelCI with its labs and "
             "common database, LTP, fstests and blktests, sanitizers from KASAN to KCSAN, coverage by gcov and kcov. "
             "Can a stable release wait for a green board? How should flaky results be marked, how can a subsystem "
             "own its list of must-pass tests, and where do performance regressions belong? We also welcome work on "
             "bisection by machine, tests for Rust code, and hardware labs at home.",
        tags=["KUnit", "kselftest", "syzkaller", "KernelCI", "KASAN", "KCSAN", "fuzzing", "regression tracking",
              "automated bisection", "gcov and kcov", "LTP"],
        talks=[
            ("Flaky or broken: teaching a board to tell", "Re-runs cost lab hours. A Bayesian score per test and "
             "platform, tried on six months of results.", []),
            ("KUnit in user space builds", "Running suites without a virtual machine takes a second. Which mocks "
             "should live in the tree?", ["David Gow"]),
            ("Reproducers that a maintainer can read", "Shrinking a fuzzer's program is half the job. Naming the "
             "violated assumption is the other half.", []),
            ("Bisecting a thousand regressions a week", "Noise, merges and broken commits. A service that mails only "
             "when it is sure.", []),
            ("Kselftest: what a pass should mean", "Skips hide missing configs, and TAP has no word for it. Small "
             "format changes with large effect.", ["Shuah Khan"]),
        ]),
    dict(
        key="riscv",
        title="RISC-V",
        leads=["Marjolein Vredeveld", "Hyeon-su Gil"],
        groups=[("RISC-V contributors", ["Palmer", "Atish", "Anup", "Conor", "Sunil", "Charlie", "Bjorn", "Alex",
                                         "Clément", "Andrew", "Deepak"]),
                ("SoC folks", ["Arnd", "Conor", "Heiko", "Emil", "Drew"])],
        named=[],
        text="The architecture gains extensions faster than hardware gains steppings. Linux has to discover them, tell "
             "user space through hwprobe, and keep one kernel image booting on boards that share little. We plan to "
             "discuss profiles such as RVA23 as a baseline for distributions, control flow integrity with shadow "
             "stacks and landing pads, WARL fields nobody can enumerate, the AIA interrupt controllers and IOMMU, "
             "ACPI tables on servers, QoS identifiers for caches, vector state in signal frames, KVM with nested "
             "guests, supervisor domains, and SoC trees whose clock and pin drivers look for reviewers.",
        tags=["RISC-V extensions", "RVA23", "hwprobe", "shadow stack and CFI", "AIA", "RISC-V IOMMU", "ACPI on RISC-V",
              "vector extension", "SBI", "KVM on RISC-V", "SoC enablement"],
        talks=[
            ("RVA23 and the kernel", "Distributions want a baseline, vendors ship supersets. Which build-time switches "
             "follow a profile?", []),
            ("User mode CFI: the last mile", "Shadow stacks and landing pads work with a patched libc. Signals, vDSO "
             "and the prctl that everyone argues about.", []),
            ("Finding out about WARL fields", "Writing and reading back is racy and slow. A devicetree and ACPI "
             "description, or a firmware call?", []),
            ("Servers with ACPI", "RIMT, RQSC and watchdog tables: what boots today and what breaks on hotplug.", []),
            ("Bandwidth and cache QoS", "Fitting CBQRI under resctrl without pretending to be x86.", []),
            ("Ftrace without stopping the machine", "Patching call sites atomically took a new sequence. Results with "
             "thousands of probes.", []),
        ]),
    dict(
        key="sched-ext",
        title="sched_ext",
        leads=["Tindra Wallmark", "Emeka Odinkalu"],
        named=[],
        text="A scheduler that can be replaced at run time makes experiments cheap, and shipping them a question of "
             "manners. Authors and users of BPF schedulers come together to settle shared needs: arenas for task "
             "context between kernel, BPF and user space; libraries of policies that can be composed per cgroup; a "
             "deadline server so that a careless policy cannot starve others; core scheduling, idle CPU selection and "
             "NUMA awareness as kfuncs; tickless operation for virtual CPUs; proxy execution under foreign policies; "
             "energy aware placement; watchdogs and fallbacks. Results from data centres, desktops and games are "
             "equally interesting.",
        tags=["sched_ext", "BPF schedulers", "BPF arenas", "composable scheduling", "tickless scheduling",
              "idle CPU selection", "cgroup sub-schedulers", "scx", "scheduler benchmarks"],
        talks=[
            ("Sub-schedulers per cgroup", "Each workload brings its own policy, a parent shares out CPUs. Dispatch "
             "paths, fairness and failure.", ["Tejun Heo"]),
            ("Arenas for task context", "Sharing scheduler state with user space through an arena removes two maps "
             "and a copy. Lifetime rules.", []),
            ("Living with the core scheduler", "Changes to pick and dequeue ripple into sched_ext. What the fair and "
             "ext classes can share.", ["Peter Zijlstra"]),
            ("A deadline server for ext tasks", "Keeping SCHED_EXT alive under FIFO load: admission control and "
             "hotplug.", ["Joel Fernandes"]),
            ("Latency on the desktop", "Three policies against EEVDF, with compile jobs behind a game. Method "
             "first, numbers second.", []),
            ("Debugging a policy gone wrong", "Stall dumps, event counters and a replay tool.", []),
        ]),
    dict(
        key="x86",
        title="x86",
        leads=["Ferdinanda Castellucci", "Sigurbjörn Hallvarðsson"],
        empty_key_list=True,
        named=[],
        text="Everything below arch/x86 that has no other home this week. New registers with APX, user interrupts, FRED "
             "as the default entry path, broadcast TLB invalidation and remote action requests, and linear address "
             "separation all need plans for kernels that also boot on parts fifteen years old. Speculation "
             "mitigations have outgrown their switches and deserve attack vectors instead of bug names. Microcode "
             "loading, feature enumeration with synthetic flags, family and model checks that now span several "
             "families, resctrl's move to common code, and the last 32-bit corners are further candidates.",
        tags=["APX", "FRED", "TLB invalidation", "INVLPGB", "CPU mitigations", "microcode loading", "CPUID features",
              "resctrl", "32-bit x86", "LASS"],
        talks=[
            ("Mitigations by attack vector", "Administrators think of user to kernel or guest to host, not of names. "
             "How the selection logic behaves on real fleets.", []),
            ("Broadcast TLB flush: sharing the ASIDs", "Global address space ids are scarce. Assignment, stealing and "
             "what remote action requests change.", ["Dave Hansen"]),
            ("Alternatives to alternatives", "Patching at boot grew call sites, thunks and exceptions. A tour of the "
             "sharp edges, with an eye on CFI.", ["Peter Zijlstra"]),
            ("FRED everywhere", "Stack levels, NMIs and nested faults: removing assumptions of the IDT path.", []),
            ("Old microcode as a vulnerability", "Telling users their microcode is behind needs a list somebody "
             "maintains.", ["Borislav Petkov"]),
            ("Entry code in C, once more", "Generic entry, instrumentation boundaries and per-architecture glue.",
             ["Thomas Gleixner"]),
        ]),
    dict(
        key="containers",
        title="Containers and Checkpoint/Restore",
        leads=["Anneliese Kirchgässner", "Tomasso Ferrarin"],
        named=[],
        text="A container is a process with opinions about mounts, users, resources and time. Runtime, init and CRIU "
             "people meet here to align what the kernel offers with what they build. Expect the mount API with "
             "statmount and listmount, idmapped and nested user namespaces, pidfd everywhere, seccomp notification "
             "for awkward system calls, cgroup v2 delegation now that v1 fades, and image integrity with fs-verity "
             "and composefs. On the freezing side: GPUs and RDMA queues, shadow stacks, restartable sequences, guard "
             "pages and sealed mappings, io_uring rings, TCP sockets in repair mode, and restoring without "
             "privileges.",
        tags=["user namespaces", "CRIU", "cgroup v2", "pidfd", "idmapped mounts", "seccomp notify", "composefs",
              "systemd-nspawn and OCI", "statmount", "checkpoint/restore of GPUs"],
        talks=[
            ("Nested namespaces without pain", "Unprivileged builders nest three levels and lose mounts on the way. "
             "Propagation, idmaps and fsopen in a user namespace.", []),
            ("cgroup delegation after v1", "What orchestrators still emulate, which knobs want per-subtree limits, and "
             "how a scheduler policy could be delegated.", ["Tejun Heo"]),
            ("CRIU and sealed mappings", "Seals and guard regions resist restoration by design. Interfaces that "
             "let a restorer in and nobody else.", []),
            ("Checkpointing a GPU job", "Drivers save queues and memory in their own ways. A plug-in contract and "
             "what the kernel must freeze first.", []),
            ("Verified images at mount time", "Digest trees, signatures and lazy pulling: who checks, when, and with "
             "whose key.", []),
            ("Intercepting system calls sanely", "Notification file descriptors, pinned memory and time-outs. Lessons "
             "from three runtimes.", []),
        ]),
]

# The half-days: three rooms side by side. The order makes the clashes.
HALF_DAYS = [
    ("rt-sched", "android", "boot-security"),
    ("vfio-iommu-pci", "live-update", "build-systems"),
    ("rust", "coco", "gaming"),
    ("power-thermal", "safe-systems", "embedded-iot"),
    ("mm", "testing", "riscv"),
    ("sched-ext", "x86", "containers"),
]

# (day, room, start, end, title, abstract, speakers); no speakers: invented ones.
REFEREED = [
    (0, 0, "09:00", "09:45", "What a kernel developer reads in a crash dump", "Ten dumps, ten causes. A method for "
     "narrowing down memory corruption with page owner, KFENCE samples and a calm mind.", []),
    (0, 1, "09:00", "09:45", "Zero-copy networking, five years on", "Page pools, header split and device memory TCP: "
     "which promises came true and what io_uring adds.", []),
    (0, 2, "09:10", "09:55", "Locks that schedule: from mutex to proxy", "A history of kernel sleeping locks, told by "
     "their bugs, and an outlook on lock-aware scheduling.", ["Peter Zijlstra"]),
    (1, 0, "09:00", "09:45", "Hardening allocations by type", "Separating slab caches by type and call site stops whole "
     "classes of attack. Costs, coverage and compiler help.", ["Kees Cook"]),
    (1, 1, "09:00", "09:45", "Filesystem errors that nobody reports", "Injecting faults below five file systems shows "
     "which errors reach fsync. A proposal for notifications.", []),
    (1, 2, "09:00", "09:45", "Suspend on a laptop near you", "Collected battery reports of a thousand machines, and the "
     "ten devices that keep them awake.", []),
    (2, 0, "09:00", "09:45", "RCU in the small", "Lazy callbacks, polled grace periods and how to choose between twelve "
     "ways to free memory.", ["Paul E. McKenney"]),
    (2, 1, "09:00", "09:45", "eBPF verifier: proofs that scale", "State pruning, loops and why your program has one "
     "million states. Ideas from abstract interpretation.", []),
    (2, 2, "09:00", "09:45", "A display stack for ten years", "Atomic modesetting, colour pipelines and panels that come "
     "and go: planning for long lived devices.", []),
]
KERNEL_SUMMIT = [
    (0, 0, "13:45", "14:30", "Stable kernels and their users", "Which fixes go back, who tests them, and how long is "
     "long term.", ["Greg Kroah-Hartman"]),
    (0, 1, "13:45", "14:30", "", "", []),
    (1, 0, "13:45", "14:30", "Maintainers' workload", "Groups of maintainers, review credit and saying no in good time. "
     "With figures from the last ten releases.", ["Jonathan Corbet"]),
    (1, 1, "13:45", "14:30", "", "", []),
    (2, 0, "13:45", "14:30", "Time keeping for auxiliary clocks", "More than one PTP domain per machine: kernel "
     "interfaces for clocks that are not CLOCK_REALTIME.", ["Thomas Gleixner"]),
    (2, 1, "13:45", "14:30", "", "", []),
    (0, 0, "18:45", "19:30", "Toolchain minimums", "Raising the oldest supported compilers: who is held back, and what "
     "can be deleted.", ["Nathan Chancellor"]),
    (1, 0, "18:45", "19:30", "", "", []),
]
BOFS = [
    (0, 1, "18:45", "19:45", "tracing users", "Bring your slowest script. Ftrace, perf and BPF people sit at one table.",
     ["Steven Rostedt"]),
    (0, 2, "18:35", "19:35", "PCI hotplug war stories", "Surprise removal, docks and power controllers. No slides.",
     ["Bjorn Helgaas"]),
    (1, 1, "18:45", "19:45", "Confidential guests in the cloud", "Operators and developers compare what attestation "
     "looks like from their side.", ["Tom Lendacky"]),
    (1, 1, "19:15", "20:15", "linux-next and friends", "Merge conflicts, build coverage and a helping hand for "
     "integration trees.", []),
    (1, 2, "18:45", "19:45", "Devicetree schema clinic", "Bring a binding, leave with a valid one.", []),
    (2, 0, "18:45", "19:45", "First-time contributors", "How the first patch went, told by those who sent it this year.",
     []),
    (2, 1, "18:45", "19:45", "b4 and mail workflows", "Patch tooling, attestation and web review bridges.", []),
    (2, 2, "18:45", "19:45", "Audio and video on small boards", "Codecs, cameras and libcamera pipelines.", []),
]
